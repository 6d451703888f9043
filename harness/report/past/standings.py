"""Where each drill stands: one table, the worst first."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from harness.report.element import Element, e
from harness.report.past.link import to_report
from harness.report.past.series import Night, Past, Rhythm, Series
from harness.report.text import duration

#: How many of the newest nights the table looks at.
RECENT = 30
_TITLES = ("Drill", "Last run", "Last pass", f"Passed of last {RECENT}", "Control plane", "Workload", "Lost")
_NO = "—"


def standings(past: Past, series: tuple[Series, ...], rhythm: Rhythm) -> Element:
    """A row for each drill; figures are medians of what was measured."""
    ordered = sorted(series, key=lambda one: (one.last.passed, not one.is_stale(rhythm, past.as_of), one.drill))
    return e(
        "div",
        e(
            "table",
            e("thead", e("tr", [e("th", title, scope="col") for title in _TITLES])),
            e("tbody", [_row(one, past.as_of, rhythm) for one in ordered]),
            class_="standings",
        ),
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label="Where each drill stands, may be wider than the screen",
    )


def _row(series: Series, as_of: datetime, rhythm: Rhythm) -> Element:
    recent, last = series.recent(RECENT), series.last
    stale = series.is_stale(rhythm, as_of)
    return e(
        "tr",
        e("th", e("a", e("code", series.drill), href=f"#{series.standing}-{series.drill}"), scope="row"),
        e(
            "td",
            to_report(last.run, last.line, last.line.verdict),
            e("span", ago(as_of - last.at), class_="when"),
            class_=f"verdict-word {last.line.verdict}",
        ),
        e("td", _last_pass(series, as_of), class_="stale" if stale else None),
        e("td", f"{sum(night.passed for night in recent)} of {len(recent)}"),
        [e("td", one) for one in _figures(recent)],
    )


def _last_pass(series: Series, as_of: datetime) -> list[Element | str]:
    night = series.last_pass
    if night is None:
        return ["never"]
    return [to_report(night.run, night.line, ago(as_of - night.at))]


def _figures(nights: tuple[Night, ...]) -> tuple[str, str, str]:
    """The usual recovery times and loss of the nights that passed; others tell how far they came."""
    lines = [night.line for night in nights if night.passed]
    found = (
        [line.control_plane_seconds for line in lines],
        [line.workload_seconds for line in lines],
        [line.rpo_seconds for line in lines],
    )
    control_plane, workload, lost = (_usual([value for value in values if value is not None]) for values in found)
    return control_plane, workload, lost


def _usual(values: list[float]) -> str:
    return duration(median(values)) if values else _NO


def ago(passed: timedelta) -> str:
    """A time since then as people say it."""
    hours = passed.total_seconds() / 3600
    if hours < 1:
        return "within the hour"
    if hours < 48:
        return f"{hours:.0f} h ago"
    return f"{hours / 24:.0f} days ago"
