"""One line of the journal, as evidence."""

from __future__ import annotations

import json
import shlex
from typing import Any

from harness.journal import Event, History, Kind
from harness.report.element import Element, e
from harness.report.text import duration, trimmed
from harness.verdict.timeline import began

_LIMIT = 900


def evidence(event: Event, history: History) -> Element:
    """When, what was asked of whom, the command and its raw output."""
    return e(
        "div",
        e("p", e("span", f"+{duration(event.mono - began(history))}", class_="when"), _title(event), class_="asked"),
        _command(event.data),
        _raw(event),
        class_="evidence",
    )


def _title(event: Event) -> str:
    data = event.data
    if event.kind is Kind.FACT:
        return f"{data.get('fact')} of {data.get('subject')}, {data.get('moment')}"
    return f"{event.kind.value}, line {event.seq}"


def _command(data: Any) -> Element | None:
    argv = data.get("argv")
    if not isinstance(argv, list):
        return None
    status = data.get("status")
    ended = f"  → status {status}" if status not in (0, None) else ""
    return e("pre", e("code", f"$ {shlex.join(map(str, argv))}{ended}"), class_="argv")


def _raw(event: Event) -> Element | None:
    data = event.data
    if event.kind is not Kind.FACT:
        left = {key: value for key, value in data.items() if key != "argv"}
        return e("pre", e("code", trimmed(json.dumps(left, ensure_ascii=False), _LIMIT)))
    parts = [str(data.get(stream) or "") for stream in ("stdout", "stderr")]
    text = "\n".join(trimmed(part, _LIMIT) for part in parts if part.strip())
    return e("pre", e("code", text or "(no output)"))
