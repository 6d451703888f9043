"""Where it broke: the first broken claim, the lines around it, and the commands to paste."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from harness.journal import Event, History, Kind
from harness.report.element import Element, e
from harness.report.pivot import Pivot, around, pivot
from harness.report.text import duration, trimmed
from harness.verdict import Verdict
from harness.verdict.timeline import began
from harness.verdict.wording import counted

_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)\d*(Z|[+-]\d\d:\d\d) (?:std(?:out|err) [FP] )?(.*)")
_EARLIER, _LATER = timedelta(seconds=15), timedelta(seconds=5)
_CONSOLE_LINES, _LINE, _SAID = 24, 300, 1200


def where_it_broke(verdict: Verdict, history: History, consoles: Mapping[str, str]) -> Element | None:
    """What somebody at the desk wants first; None for a drill that passed."""
    found = pivot(verdict, history)
    if found is None:
        return None
    return e(
        "section",
        e("h2", "Where it broke"),
        e("p", _place(found, history), class_="note"),
        _claim(found),
        e("h3", "The journal around it"),
        e("ol", [_line(one, history, found) for one in around(history, found.event)], class_="around"),
        list(_consoles(found, consoles)),
        _commands(found, history),
        _desk(verdict),
        class_="broke",
    )


def _place(found: Pivot, history: History) -> str:
    when = f"{duration(found.event.mono - began(history))} into the drill"
    phase = f", in the phase '{found.phase}'" if found.phase else ""
    machine = f", on '{found.machine}'" if found.machine else ""
    return f"{when}{phase}{machine}: line {found.event.seq} of the journal."


def _claim(found: Pivot) -> Element:
    if found.finding is None:
        return e("p", "No claim is known to be broken: the lab or the harness broke first.", class_="claim")
    claim, told = found.finding.claim or found.finding.check, e("b", "The first claim that did not hold: ")
    return e("div", e("p", told, claim, class_="claim"), e("p", found.finding.cause, class_="cause"))


def _line(event: Event, history: History, found: Pivot) -> Element:
    is_pivot = event.seq == found.event.seq
    return e(
        "li",
        e("span", f"+{duration(event.mono - began(history))}", class_="when"),
        e("code", trimmed(_told(event), _LINE)),
        e("pre", e("code", trimmed(_said(event), _SAID) or "(it said nothing)")) if is_pivot else None,
        class_="pivot" if is_pivot else None,
    )


def _told(event: Event) -> str:
    """An event in a line."""
    data = event.data
    if event.kind is Kind.COMMAND:
        return f"{data.get('node')}$ {_typed(event)} → status {data.get('status')}"
    if event.kind is Kind.FACT:
        return f"{data.get('fact')} of {data.get('subject')}, {data.get('moment')} → status {data.get('status')}"
    if event.kind is Kind.ERROR:
        return f"error: {data.get('type')}: {data.get('message')}"
    told = [
        str(data[key]) for key in ("name", "on", "fault", "recovery", "node", "text", "path", "state") if key in data
    ]
    return f"{event.kind.value}: {', '.join(told)}" if told else event.kind.value


def _said(event: Event) -> str:
    """What came of it, in full where it is the event that everything turns on."""
    data = event.data
    parts = [str(data.get(key) or "") for key in ("stdout", "stderr", "message", "cause", "detail")]
    return "\n".join(part.strip("\n") for part in parts if part.strip())


def _typed(event: Event) -> str:
    argv = event.data.get("argv")
    return shlex.join(map(str, argv)) if isinstance(argv, list) else str(argv)


def _consoles(found: Pivot, consoles: Mapping[str, str]) -> Iterator[Element]:
    """The consoles at that moment where their lines have a time, and their ends where they have none."""
    named = {name: text for name, text in consoles.items() if "console" in name and text.strip()}
    mine = {name: text for name, text in named.items() if found.machine and found.machine in name}
    for name, text in (mine or named).items():
        lines, has_times = _lines_at(text, found.event.at)
        told = f"{name} at that time" if has_times else f"The end of {name}, whose lines have no time"
        yield e("h3", told if lines else f"{name} said nothing at that time")
        if lines:
            code = e("code", "\n".join(lines))
            yield e("pre", code, class_="console", tabindex=0, role="region", aria_label=told)


def _lines_at(text: str, at: datetime) -> tuple[list[str], bool]:
    stamped = [found for line in text.splitlines() if (found := _STAMP.match(line))]
    if not stamped:
        return [line for line in text.splitlines() if line.strip()][-_CONSOLE_LINES:], False
    near = [one for one in stamped if _is_near(one, at)]
    return [f"{one[1][11:19]} {one[3]}"[:_LINE] for one in near][-_CONSOLE_LINES:], True


def _is_near(stamp: re.Match[str], at: datetime) -> bool:
    zone = "+00:00" if stamp[2] == "Z" else stamp[2]
    try:
        return -_EARLIER <= datetime.fromisoformat(stamp[1] + zone) - at <= _LATER
    except (ValueError, OverflowError):
        return False


def _commands(found: Pivot, history: History) -> Element | None:
    """Everything that was run in that phase until then, ready to paste; of a file that was written only its name."""
    begun = history.first(Kind.RECOVERY, state="start")
    ran, when = _between(history, found.since, found.event), f"the phase '{found.phase}'"
    if not ran and begun is not None:
        ran, when = _between(history, begun.seq, found.event), "the drill since the recovery began"
    if not ran:
        return None
    lines: list[str] = []
    node = ""
    for event in ran:
        if event.data.get("node") != node:
            node = str(event.data.get("node"))
            lines.append(f"# on {node}")
        is_file = "/dev/stdin" in _typed(event)
        lines.append(f"# {_typed(event)}    # its content is not in the journal" if is_file else _typed(event))
    return e(
        "details",
        e("summary", f"{counted(len(ran), 'command')} of {when} until then, ready to paste"),
        e("pre", e("code", "\n".join(lines)), tabindex=0, role="region", aria_label="Commands, ready to paste"),
    )


def _between(history: History, since: int, event: Event) -> list[Event]:
    return [one for one in history.of(Kind.COMMAND) if since <= one.seq <= event.seq]


def _desk(verdict: Verdict) -> Element | None:
    header = verdict.header
    if not header.run or not header.drill:
        return None
    lines = (
        f"kubedrill repro {header.run} {header.drill}    # again, with the same seed and node image; its lab is kept",
        "kubedrill shell RUN master1    # into it: RUN is what repro says",
        "kubedrill reap --run RUN    # and away with it",
    )
    box = e("pre", e("code", "\n".join(lines)), tabindex=0, role="region", aria_label="Commands for the desk")
    return e("div", e("h3", "On the desk"), box)
