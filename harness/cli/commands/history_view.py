"""What `kubedrill history` prints."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.run.summary import STYLES
from harness.report.past import Past, Rhythm, Series, Standing
from harness.report.past.green import SinceGreen
from harness.report.past.series import Night
from harness.report.past.standings import RECENT, ago
from harness.report.past.trend import MEASURES
from harness.verdict.wording import counted

_TITLES = {
    Standing.EVIDENCE: "",
    Standing.DEMONSTRATION: "Made for show: none of this took place on these dates.",
    Standing.REHEARSAL: "Rehearsals: machines and time are simulated, and no figure is evidence.",
    Standing.SABOTAGED: "Spoiled on purpose: these drills had to fail.",
    Standing.UNKNOWN: "Of unknown machines: nothing tells what these were performed on.",
}
_MEASURES = MEASURES[:3]
_SHOWN_NIGHTS = 30


def say_series(past: Past, rhythm: Rhythm, console: Console, *, nights: bool) -> None:
    """A table for each standing, the evidence first; of drills that were named, their newest nights too."""
    if not past.of(Standing.EVIDENCE):
        console.print("No run that is kept here is evidence of a restore.", soft_wrap=True)
    for standing in Standing:
        series = past.of(standing)
        if not series:
            continue
        if _TITLES[standing]:
            console.print(f"\n{_TITLES[standing]}", soft_wrap=True)
        console.print(_table(series, past, rhythm))
        for one in series if nights else ():
            console.print(f"\n{one.drill}", style="bold", soft_wrap=True)
            console.print(_nights(one.recent(_SHOWN_NIGHTS)))
    if past.later:
        told = f"Left out: {counted(past.later, 'run')} of later than {past.as_of:%F %H:%M} UTC."
        console.print(told, soft_wrap=True)


def say_green(found: Sequence[SinceGreen], asked: Sequence[Series], console: Console) -> None:
    """For each drill that does not pass: the last green run, the first red one, and what changed between them."""
    if not found:
        told = f"All {counted(len(asked), 'drill')} passed when last performed." if asked else "There is no drill."
        console.print(told, soft_wrap=True)
    for one in found:
        console.print(Text(one.series.drill, style="bold"), _standing(one.series), soft_wrap=True)
        console.print(f"  last green  {_told(one.green)}", markup=False, soft_wrap=True)
        console.print(f"  first red   {_told(one.red)}: {one.red.line.cause}", markup=False, soft_wrap=True)
        console.print(f"  since then  {counted(one.reds, 'run')}, none of them green", soft_wrap=True)
        for change in one.changes:
            line = f"  changed     {change.what}: {change.before} -> {change.after}"
            console.print(line, markup=False, soft_wrap=True)
        if one.green is not None and not one.changes:
            console.print("  changed     nothing that is on record", soft_wrap=True)
        if one.green is not None:
            runs = f"{one.green.run.folder} {one.red.run.folder}"
            console.print(f"  look        kubedrill diff {runs}", markup=False, soft_wrap=True)
        console.print(f"  repeat      kubedrill repro {one.red.run.folder} {one.red.line.folder}", soft_wrap=True)


def _standing(series: Series) -> str:
    return "" if series.standing is Standing.EVIDENCE else f"({series.standing}, not evidence)"


def _told(night: Night | None) -> str:
    if night is None:
        return "never, in the runs that are kept here"
    return f"{night.run.folder}, {night.at:%F %H:%M} UTC, {night.line.verdict}"


def _table(series: Sequence[Series], past: Past, rhythm: Rhythm) -> Table:
    titles = ("drill", "last run", "", "last pass", f"passed of last {RECENT}", *(one.name for one in _MEASURES))
    table = _empty_table(titles, right=4)
    for one in series:
        recent = one.recent(RECENT)
        stale = one.is_stale(rhythm, past.as_of)
        table.add_row(
            Text(one.drill, style="bold"),
            Text(one.last.line.verdict, style=STYLES[one.last.line.verdict]),
            ago(past.as_of - one.last.at),
            Text(
                f"{ago(past.as_of - one.last_pass.at) if one.last_pass else 'never'}{', stale' if stale else ''}",
                style="bold red" if stale else "",
            ),
            f"{sum(night.passed for night in recent)} of {len(recent)}",
            *_medians([night for night in recent if night.passed]),
        )
    return table


def _medians(nights: Sequence[Night]) -> list[str]:
    measured = [[value for night in nights if (value := one.of(night.line)) is not None] for one in _MEASURES]
    return [one.said(median(values)) if values else "-" for one, values in zip(_MEASURES, measured, strict=True)]


def _nights(nights: Sequence[Night]) -> Table:
    table = _empty_table(("run", "at", "verdict", *(one.name for one in MEASURES), "cause"), right=3, folded="cause")
    for night in reversed(nights):
        values = [(one, one.of(night.line)) for one in MEASURES]
        table.add_row(
            night.run.folder,
            f"{night.at:%F %H:%M}",
            Text(night.line.verdict, style=STYLES[night.line.verdict]),
            *("-" if value is None else one.said(value) for one, value in values),
            Text(night.line.cause),
        )
    return table


def _empty_table(titles: Sequence[str], *, right: int, folded: str = "") -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, title in enumerate(titles):
        far = number >= right and title != folded
        table.add_column(title.lower(), no_wrap=title != folded, justify="right" if far else "left")
    return table
