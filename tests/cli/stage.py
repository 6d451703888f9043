"""A run without pytest and machines: a child of our own making writes what drills would write."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from harness.cli.run.parent import RunParent
from harness.cli.run.request import RunRequest
from harness.drill.catalog import DrillInfo

CHILD = Path(__file__).with_name("child.py")


def request(reports: Path, *, drills: Sequence[str] = ("os-disk-swap",), provider: str = "rehearsal") -> RunRequest:
    """A checked request."""
    file = Path("test_x.py")
    infos = tuple(
        DrillInfo(name=name, claim="It comes back.", lab="1", file=file, function="test_x") for name in drills
    )
    return RunRequest(
        drills=infos,
        provider=provider,
        why="as asked",
        kubernetes="v1.34.4",
        source="auto",
        workers=1,
        keep="never",
        sabotage=None,
        repeat=1,
        reports=reports,
        seed=7,
    )


def _drill(name: str) -> DrillInfo:
    return DrillInfo(name=name, claim="It comes back.", lab="1", file=Path("test_x.py"), function="test_x")


def parent(conduct: str, *, grace: float = 60) -> tuple[RunParent, Callable[[], str]]:
    """A parent whose child behaves like this, and what it has printed so far."""
    console = Console(file=io.StringIO(), width=200)

    def argv(asked: RunRequest, run: str, seed: int) -> tuple[str, ...]:
        names = [drill.name for drill in asked.drills]
        return (sys.executable, str(CHILD), conduct, str(asked.reports / run), str(seed), *names)

    def printed() -> str:
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue()

    return RunParent(console=console, grace=timedelta(seconds=grace), argv=argv), printed
