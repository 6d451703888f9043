"""What long work tells the person who waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars


class Progress(Protocol):
    """The listener of long work."""

    def step(self, name: str) -> None:
        """A new piece of work begins; the one before is done."""
        ...

    def advance(self, done: int, total: int) -> None:
        """How much of the current piece is done, in whatever unit it has."""
        ...

    def waiting_on(self, text: str) -> None:
        """What the current piece waits for just now."""
        ...


class Silent:
    """A listener that shows nothing."""

    def step(self, name: str) -> None:
        """Show nothing."""

    def advance(self, done: int, total: int) -> None:
        """Show nothing."""

    def waiting_on(self, text: str) -> None:
        """Show nothing."""


class PlainLines:
    """A listener for logs: one line for each thing begun or waited for, and a sign of life in long ones."""

    #: Seconds between two lines about the same piece of work.
    QUIET = 10.0

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._started = self._spoke = time.monotonic()

    def step(self, name: str) -> None:
        """Say what begins."""
        self._say(name)

    def advance(self, done: int, total: int) -> None:
        """Say how far it is, but not more often than every ten seconds."""
        if total and time.monotonic() - self._spoke >= self.QUIET:
            self._say(f"  {100 * done // total} %")

    def waiting_on(self, text: str) -> None:
        """Say what is waited for."""
        self._say(f"  waiting for {text}")

    def _say(self, text: str) -> None:
        self._spoke = time.monotonic()
        self._write(f"{self._spoke - self._started:6.1f} s  {text}")


class RichBars:
    """A listener for terminals: a line for each piece of work, the current one moving."""

    def __init__(self, console: Console | None = None) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
        self._bars = Bars(*columns, TextColumn("[dim]{task.fields[waits]}"), console=console)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
        self._bars.stop()

    def step(self, name: str) -> None:
        """Begin a new line."""
        self._finish()
        self._task = self._bars.add_task(name, total=None, waits="")

    def advance(self, done: int, total: int) -> None:
        """Move the bar."""
        if self._task is not None:
            self._bars.update(self._task, completed=done, total=total or None)

    def waiting_on(self, text: str) -> None:
        """Name beside the bar what is waited for."""
        if self._task is None:
            self.step("Preparing")
        if self._task is not None:
            self._bars.update(self._task, waits=f"waiting for {text}")

    def _finish(self) -> None:
        if self._task is not None:
            self._bars.update(self._task, completed=1, total=1, waits="")
            self._bars.stop_task(self._task)
