"""index.html: all runs of a folder of reports on one page."""

from __future__ import annotations

from importlib.resources import files

from harness.report.element import Element, e
from harness.report.masthead import watermark
from harness.report.page import whole_page
from harness.report.past.entry import Standing
from harness.report.past.rows import all_runs
from harness.report.past.series import Past, Rhythm, Series
from harness.report.past.standings import ago, standings
from harness.report.past.trends import drill_trends
from harness.report.text import duration
from harness.verdict.verdict import Word
from harness.verdict.wording import counted

_NOTE = (
    "Only drills on machines that nobody spoiled on purpose count here. Figures are medians of the nights that passed; "
    "both recovery times leave out noticing the loss and deciding what to do."
)


def index_page(past: Past, rhythm: Rhythm) -> bytes:
    """The page, as of the moment of the past."""
    shown = past.of(Standing.DEMONSTRATION)
    evidence = past.of(Standing.EVIDENCE)
    content = e(
        "main",
        _head(past, evidence or shown, rhythm),
        _part("Where each drill stands", _NOTE, past, evidence, rhythm),
        _part("What was made for show", "None of this took place on these dates.", past, shown, rhythm),
        _folded("Rehearsals", "Machines and time are simulated: they test the harness.", past, rhythm),
        _spoiled(past.of(Standing.SABOTAGED)),
        all_runs(past.runs),
    )
    word = _word(evidence or shown, past, rhythm)
    return whole_page(
        "All runs",
        [content, _foot(past)],
        f"{word} demonstration" if shown else word,
        files("harness.report.past").joinpath("past.css").read_text(encoding="utf-8"),
    )


def _head(past: Past, series: tuple[Series, ...], rhythm: Rhythm) -> Element:
    made = [run.demonstration for run in past.runs if run.demonstration]
    told = (
        f"{len(made)} of {counted(len(past.runs), 'run')} were made for show. Of one of them: {made[0]}" if made else ""
    )
    when = f"{past.as_of:%-d %B %Y, %H:%M} UTC"
    return e(
        "header",
        e(
            "p",
            e("span", "Kubedrill", class_="brand"),
            e("span", "all runs", class_="drill"),
            e("time", f"as of {when}", datetime=past.as_of.isoformat()),
            class_="kicker",
        ),
        watermark(told),
        e("h1", _claim(series)),
        e("p", " ".join(_lede(past, series, rhythm)), class_="lede"),
        _counts(past, rhythm),
        class_="masthead",
    )


def _claim(series: tuple[Series, ...]) -> str:
    bad = [one for one in series if not one.last.passed]
    if not series:
        return "No run in this folder is evidence of a restore."
    if not bad:
        passed = "The drill" if len(series) == 1 else f"All {len(series)} drills"
        return f"{passed} passed when last performed."
    return f"{len(bad)} of {counted(len(series), 'drill')} did not pass when last performed."


def _lede(past: Past, series: tuple[Series, ...], rhythm: Rhythm) -> list[str]:
    words = [(word, [one.drill for one in series if one.last.line.verdict == word]) for word in Word]
    told = [f"{word.value.capitalize()}: {', '.join(ones)}." for word, ones in words if ones and word != Word.PASSED]
    stale = [one.drill for one in series if one.is_stale(rhythm, past.as_of)]
    return [*told, *([f"Stale: {', '.join(stale)}."] if stale else [])]


def _counts(past: Past, rhythm: Rhythm) -> Element:
    nights = {standing: sum(len(one.nights) for one in past.of(standing)) for standing in Standing}
    told = (
        ("Runs", str(len(past.runs))),
        ("Drills that count", str(nights[Standing.EVIDENCE])),
        ("Rehearsed", str(nights[Standing.REHEARSAL] or "")),
        ("Spoiled on purpose", str(nights[Standing.SABOTAGED] or "")),
        ("Made for show", str(nights[Standing.DEMONSTRATION] or "")),
        ("Of unknown machines", str(nights[Standing.UNKNOWN] or "")),
        ("Left out, of later than this page", str(past.later or "")),
        ("Newest run", ago(past.as_of - past.runs[0].at) if past.runs and past.runs[0].at else ""),
        ("A pass may be as old as", _rhythm(rhythm)),
    )
    return e("dl", [e("div", e("dt", name), e("dd", value)) for name, value in told if value], class_="conditions")


def _rhythm(rhythm: Rhythm) -> str:
    if rhythm.every is None:
        return "not said, so no drill is called stale" if not rhythm.drills else "said for some drills"
    hours = rhythm.every.total_seconds() / 3600
    return f"{hours:g} h" if hours < 72 else f"{hours / 24:g} days"


def _part(title: str, note: str, past: Past, series: tuple[Series, ...], rhythm: Rhythm) -> Element | None:
    if not series:
        return None
    ordered = sorted(series, key=lambda one: (one.last.passed, one.drill))
    return e(
        "section",
        e("h2", title),
        e("p", note, class_="note"),
        standings(past, series, rhythm),
        [drill_trends(one, rhythm, past.as_of) for one in ordered],
        class_="part",
    )


def _folded(title: str, note: str, past: Past, rhythm: Rhythm) -> Element | None:
    series = past.of(Standing.REHEARSAL)
    part = _part(title, note, past, series, rhythm)
    if part is None:
        return None
    told = counted(sum(len(one.nights) for one in series), "rehearsal")
    alone = not past.of(Standing.EVIDENCE) and not past.of(Standing.DEMONSTRATION)
    return e("details", e("summary", f"{told}, none of them evidence"), part, class_="apart", open=alone)


def _spoiled(series: tuple[Series, ...]) -> Element | None:
    """Of spoiled drills a pass is what nobody wants: it was not noticed."""
    if not series:
        return None
    nights = sum(len(one.nights) for one in series)
    passed = sum(one.passed for one in series)
    told = f"{passed} of them passed, and did not notice it" if passed else "none of them passed"
    return e(
        "section",
        e("h2", "Spoiled on purpose"),
        e("p", f"{counted(nights, 'drill')} with a sabotage; {told}. None counts above.", class_="note"),
        class_="part over" if passed else "part",
    )


def _word(series: tuple[Series, ...], past: Past, rhythm: Rhythm) -> str:
    """The colour of the page: that of the worst drill."""
    words = {one.last.line.verdict for one in series}
    if Word.FAILED in words or any(one.is_stale(rhythm, past.as_of) for one in series):
        return Word.FAILED.value
    return Word.PASSED.value if words == {Word.PASSED.value} else Word.ERRORED.value


def _foot(past: Past) -> Element:
    seconds = sum(line.seconds for run in past.runs for line in run.drills)
    told = f"Read from the reports of {counted(len(past.runs), 'run')}, {duration(seconds)} of drills in all."
    return e("footer", e("p", told), e("p", "Written by ", e("code", "kubedrill history"), " and after each run."))
