"""A drill's part of the page: where it stands, its measures over time, and the same in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from harness.report.element import Element, e
from harness.report.past.link import to_report
from harness.report.past.series import Night, Rhythm, Series
from harness.report.past.trend import MEASURES, Stretch, pass_rate, trend
from harness.verdict.wording import counted

#: What fits into a drawing that can still be read; older nights stay in the list of all runs.
SHOWN = 90
_IN_NUMBERS = 20


def drill_trends(series: Series, rhythm: Rhythm, as_of: datetime) -> Element:
    """The newest nights of one drill."""
    nights = series.recent(SHOWN)
    begin = nights[0].at
    # A single night needs some width to stand in.
    stretch = Stretch(begin=begin, end=max(as_of, begin + timedelta(days=1)), overdue=series.overdue(rhythm, as_of))
    return e(
        "section",
        e(
            "h3",
            e("code", series.drill),
            e("span", series.last.line.verdict, class_="word"),
            e("span", "stale", class_="stale-word") if stretch.overdue is not None else None,
        ),
        e("p", nights[-1].line.claim, class_="claim") if nights[-1].line.claim else None,
        e("p", nights[-1].line.cause, class_="saw") if not nights[-1].passed and nights[-1].line.cause else None,
        e("p", f"The newest {SHOWN} of {len(series.nights)} runs.", class_="note")
        if len(series.nights) > SHOWN
        else None,
        e("div", pass_rate(nights, stretch), [trend(one, nights, stretch) for one in MEASURES], class_="trends"),
        _numbers(series.drill, nights[-_IN_NUMBERS:]),
        class_=f"drill {series.last.line.verdict}",
        id=f"{series.standing}-{series.drill}",
    )


def _numbers(drill: str, nights: Sequence[Night]) -> Element:
    """The same for those who cannot see the drawings, and for those who want the numbers."""
    titles = ("Run", "Verdict", *(measure.name for measure in MEASURES))
    return e(
        "details",
        e("summary", f"the newest {counted(len(nights), 'run')} in numbers"),
        e(
            "div",
            e(
                "table",
                e("thead", e("tr", [e("th", title, scope="col") for title in titles])),
                e("tbody", [_row(night) for night in reversed(nights)]),
            ),
            class_="scroll",
            tabindex=0,
            role="region",
            aria_label=f"Runs of {drill} in numbers, may be wider than the screen",
        ),
    )


def _row(night: Night) -> Element:
    values = [(one, one.of(night.line)) for one in MEASURES]
    return e(
        "tr",
        e("th", to_report(night.run, night.line, f"{night.at:%Y-%m-%d %H:%M}"), scope="row"),
        e("td", night.line.verdict, class_=f"verdict-word {night.line.verdict}"),
        [e("td", "not measured" if value is None else one.said(value)) for one, value in values],
    )
