"""What a person sees while a run is going on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from harness.cli.run.progress import DrillProgress
from harness.journal import Event, Kind

#: Without a terminal a wait is worth a line only when somebody might begin to wonder.
LONG_WAIT = timedelta(seconds=10)
_STYLES = {"finished": "green", "error": "red", "interrupted": "yellow"}


class View(Protocol):
    """A way to show progress, for as long as its block lasts."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def take(self, drill: str, event: Event) -> None:
        """Follow one event of one drill."""
        ...

    def refresh(self, now: datetime) -> None:
        """Show how long things last by now."""
        ...


class _Quiet:
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class NoView(_Quiet):
    """Shows nothing: for `--json`."""

    def take(self, drill: str, event: Event) -> None:
        """Show nothing."""

    def refresh(self, now: datetime) -> None:
        """Show nothing."""


class LineView(_Quiet):
    """A line for each phase that begins and ends, and for each long wait: for logs."""

    def __init__(self, drills: Iterable[str], console: Console) -> None:
        self._progress = {name: DrillProgress(name) for name in drills}
        self._console = console
        self._told: set[tuple[str, int]] = set()

    def take(self, drill: str, event: Event) -> None:
        """Print what the event changes."""
        progress = self._progress.setdefault(drill, DrillProgress(drill))
        if event.kind is Kind.PHASE and event.data.get("state") == "end":
            name = str(event.data.get("name", ""))
            begun = next((phase.since for phase in reversed(progress.phases) if phase.name == name), event.at)
            self._line(progress, event.at, f"{name}: done after {(event.at - begun).total_seconds():.1f} s")
        progress.take(event)
        if event.kind is Kind.DRILL:
            self._line(progress, event.at, "begins")
        elif event.kind is Kind.PHASE and event.data.get("state") == "start":
            self._line(progress, event.at, f"{event.data.get('name', '')}")
        elif event.kind is Kind.ERROR:
            self._line(progress, event.at, f"error: {event.data.get('message', '')}")
        elif event.kind is Kind.NOTE:
            self._line(progress, event.at, str(event.data.get("text", "")))
        elif event.kind is Kind.END:
            self._line(progress, event.at, progress.phase)

    def refresh(self, now: datetime) -> None:
        """Print the waits that have become long."""
        for progress in self._progress.values():
            for number, wait in progress.waits.items():
                if progress.waited(wait, now) >= LONG_WAIT and (progress.name, number) not in self._told:
                    self._told.add((progress.name, number))
                    self._line(progress, now, f"waiting for {wait.name}")

    def _line(self, progress: DrillProgress, at: datetime, text: str) -> None:
        seconds = progress.elapsed(at).total_seconds()
        first = text.splitlines()[0] if text else ""
        self._console.print(f"{seconds:7.1f} s  {progress.name}  {first}", markup=False, soft_wrap=True)


class TableView:
    """A table that moves, a row for each drill: for terminals."""

    def __init__(self, drills: Iterable[str], console: Console) -> None:
        self._progress = {name: DrillProgress(name) for name in drills}
        self._live = Live(console=console, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def take(self, drill: str, event: Event) -> None:
        """Take note; the next refresh shows it."""
        self._progress.setdefault(drill, DrillProgress(drill)).take(event)

    def refresh(self, now: datetime) -> None:
        """Draw the table anew."""
        self._live.update(progress_table(self._progress, now))


def progress_table(progress: Mapping[str, DrillProgress], now: datetime) -> Table:
    """A row for each drill: its phase, how long it lasts, and what is waited for."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title, justify in (
        ("drill", "left"),
        ("elapsed", "right"),
        ("phase", "left"),
        ("", "right"),
        ("waiting for", "left"),
    ):
        table.add_column(title, justify=justify, no_wrap=title != "waiting for")  # type: ignore[arg-type]
    for drill in progress.values():
        wait = drill.waiting
        waited = f"{wait.name} ({drill.waited(wait, now).total_seconds():.0f} s)" if wait else drill.error
        table.add_row(
            Text(drill.name, style="bold"),
            f"{drill.elapsed(now).total_seconds():.0f} s",
            Text(drill.phase, style=_STYLES.get(drill.phase, "cyan") if drill.ended else ""),
            f"{drill.in_phase(now).total_seconds():.0f} s" if drill.phases else "",
            Text(waited.splitlines()[0] if waited else "", style="dim"),
        )
    return table
