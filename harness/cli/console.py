"""Where words go: answers to standard output, everything else to standard error."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

from rich.console import Console

#: A pipe has no width; a table squeezed into 80 columns would be cut for no reason.
_PIPE_WIDTH = 160


def answers() -> Console:
    """Standard output; plain when it is not a terminal, and without colour where NO_COLOR is set."""
    return _console(stderr=False)


def remarks() -> Console:
    """Standard error, likewise."""
    return _console(stderr=True)


def print_json(document: Mapping[str, object] | Sequence[object]) -> None:
    """One JSON document on standard output and nothing else."""
    answers().out(json.dumps(document, indent=2, default=str), highlight=False)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, soft_wrap=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PIPE_WIDTH
    return console
