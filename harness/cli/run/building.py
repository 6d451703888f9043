"""How a person sees a node image being built."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.console import Console

from harness.images.progress import PlainLines, Progress, RichBars, Silent


@contextlib.contextmanager
def show_building(console: Console, *, quiet: bool = False) -> Iterator[Progress]:
    """Bars on a terminal, lines elsewhere, or nothing."""
    if quiet:
        yield Silent()
    elif console.is_terminal:
        with RichBars(console) as bars:
            yield bars
    else:
        yield PlainLines(lambda line: console.print(line, markup=False, soft_wrap=True))
