"""What stands at the end of the page: commands, consoles, and how the page was made."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

from harness.journal import Event, History, Kind
from harness.report.element import Element, e
from harness.report.text import duration, trimmed
from harness.verdict import Verdict
from harness.verdict.measure import number
from harness.verdict.timeline import began

_STDERR_LIMIT = 1500
_ARGV_LIMIT = 400


def commands(history: History) -> Element | None:
    """The commands that the recovery ran on the machines, in order."""
    start = history.first(Kind.RECOVERY, state="start")
    stop = history.last(Kind.RECOVERY, state="end") or history.last(Kind.RECOVERY, state="failed")
    if start is None:
        return None
    last = stop.seq if stop is not None else len(history.events)
    ran = [event for event in history.of(Kind.COMMAND) if start.seq <= event.seq <= last]
    if not ran:
        return None
    return e(
        "section",
        e("h2", "What the recovery ran"),
        e("ol", [_command(event, history) for event in ran], class_="commands"),
        class_="ran",
    )


def _command(event: Event, history: History) -> Element:
    data = event.data
    argv = data.get("argv")
    text = shlex.join(map(str, argv)) if isinstance(argv, list) else str(argv)
    failed = data.get("status") not in (0, None)
    took = number(event, "seconds")
    stderr = trimmed(str(data.get("stderr") or ""), _STDERR_LIMIT)
    return e(
        "li",
        e(
            "p",
            e("span", f"+{duration(event.mono - began(history))}", class_="when"),
            e("b", str(data.get("node") or "")),
            e("span", duration(took) if took is not None else "", class_="when"),
            e("span", f"status {data.get('status')}", class_="status") if failed else None,
        ),
        e("pre", e("code", trimmed(text, _ARGV_LIMIT)), class_="argv"),
        e("details", e("summary", "what it said"), e("pre", e("code", stderr))) if stderr and not failed else None,
        e("pre", e("code", stderr)) if stderr and failed else None,
        class_="broken" if failed else None,
    )


def machine_consoles(texts: Mapping[str, str]) -> Element | None:
    """Each console, and the traces where some were kept, folded."""
    if not texts:
        return None
    return e(
        "section",
        e("h2", "What the machines said"),
        [
            e(
                "details",
                e("summary", name, e("span", f"{text.count(chr(10))} lines", class_="when")),
                e("pre", e("code", text or "(empty)"), class_="console", tabindex=0, role="region", aria_label=name),
            )
            for name, text in texts.items()
        ],
        class_="consoles",
    )


def colophon(verdict: Verdict) -> Element:
    """The foot of the page."""
    header = verdict.header
    host = json.dumps(header.host, ensure_ascii=False) if isinstance(header.host, dict) else str(header.host or "")
    told = [
        f"Judged from {verdict.events} lines of the journal, and from nothing else.",
        f"Kubedrill {header.version}." if header.version else "",
        f"Host: {host}." if host else "",
        _memory(verdict),
    ]
    again = e("code", f"kubedrill report {header.run}") if header.run else None
    return e(
        "footer",
        e("p", " ".join(part for part in told if part)),
        e("p", "The same page, byte for byte: ", again) if again else None,
    )


def _memory(verdict: Verdict) -> str:
    memory = verdict.memory
    if memory.peak_mib is None:
        return "The memory of the machines was not measured."
    told = f"the highest of {memory.looks} looks ({memory.counted})"
    return f"Peak memory of the machines: {memory.peak_mib:.0f} MiB, {told}."
