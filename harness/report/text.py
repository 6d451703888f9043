"""Text made fit for every kind of report."""

from __future__ import annotations

import re

from harness.facts.reading import ANSI

# What XML 1.0 cannot hold: most control characters, lone surrogates and the two non-characters.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without terminal colours and without characters that a report cannot hold."""
    return _ILLEGAL.sub("", ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def trimmed(text: str, limit: int) -> str:
    """The cleaned text, with its middle left out where it is long."""
    text = clean(text).strip("\n")
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"


#: From so many minutes on hours are told, and from so many hours on days.
_LONG, _DAYS = 180, 48


def duration(seconds: float) -> str:
    """A duration as people say it."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, left = divmod(minutes, 60)
    if minutes < _LONG:
        return _in_two(minutes, "min", rest, "s")
    return _in_two(hours, "h", left, "min") if hours < _DAYS else _in_two(hours // 24, "d", hours % 24, "h")


def _in_two(large: int, unit: str, small: int, less: str) -> str:
    return f"{large} {unit} {small} {less}" if small else f"{large} {unit}"
