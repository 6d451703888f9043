"""Where words go: answers to standard output, everything else to standard error."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from rich.console import Console

#: A pipe, a file and a log have no width, so that a row is one line there and no path is broken. COLUMNS tells nothing
#: of them either: shells and readline leave it in the environment of everything that they start.
_ENDLESS = 10_000


def answers() -> Console:
    """Standard output; plain when it is not a terminal, and without colour where NO_COLOR is set."""
    return _console(stderr=False)


def remarks() -> Console:
    """Standard error, likewise."""
    return _console(stderr=True)


def print_json(document: Mapping[str, object] | Sequence[object]) -> None:
    """One JSON document on standard output and nothing else."""
    answers().out(json.dumps(document, indent=2, default=str), highlight=False)


def print_line(document: Mapping[str, object]) -> None:
    """One JSON document in one line, as a CI server takes the output of a step."""
    answers().out(json.dumps(document, separators=(",", ":")), highlight=False)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, soft_wrap=False, emoji=False)
    if not console.is_terminal:
        console.width = _ENDLESS
    return console
