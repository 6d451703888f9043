"""Performs a scenario in rehearsal, and hands back what its journal tells."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harness import faults, recoveries
from harness.drill import Drill, Order, Session
from harness.drill.catalog import DrillInfo
from harness.drill.intent import Intent
from harness.drill.told import read_intent
from harness.journal import History, read_journal
from harness.providers.rehearsal import RehearsalProvider
from harness.sabotage import Sabotage
from harness.spec import parse_shape

Story = Callable[..., None]
SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
RUN = "20250101-000000-abcd"


def _stories() -> dict[str, Story]:
    found: dict[str, Story] = {}
    for file in sorted(SCENARIOS.glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"rehearsed_{file.stem}", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        named = {name: value for name, value in vars(module).items() if name.startswith("test_")}
        found |= {name.removeprefix("test_").replace("_", "-"): story for name, story in named.items()}
    return found


STORIES = _stories()


def shape_of(story: Story) -> tuple[str, bool]:
    """The lab of a scenario, and whether its control planes share an endpoint."""
    marks: list[pytest.Mark] = getattr(story, "pytestmark", [pytest.mark.lab("1").mark])
    lab = next(mark for mark in marks if mark.name == "lab")
    return str(lab.args[0]), lab.kwargs.get("endpoint", "shared") == "shared"


def intents() -> dict[str, Intent]:
    """What each scenario intends."""
    labs = {name: parse_shape(shape_of(story)[0]) for name, story in STORIES.items()}
    return {name: read_intent(story, labs[name]) for name, story in STORIES.items()}


def rehearse(
    story: Story,
    folder: Path,
    *,
    sabotage: Sabotage | None = None,
    provider: RehearsalProvider | None = None,
    raises: type[BaseException] | None = None,
    keep: str = "never",
    keep_for: timedelta = timedelta(hours=4),
) -> History:
    """The history of one drill."""
    shape, shared = shape_of(story)
    lab = parse_shape(shape)
    intent = read_intent(story, lab, shared_endpoint=shared)
    name = story.__name__.removeprefix("test_").replace("_", "-")
    info = DrillInfo(name=name, claim="it comes back", lab=shape, file=Path(__file__), function=story.__name__)
    order = Order(
        run=RUN,
        provider=provider or RehearsalProvider(),
        kubernetes="v1.34",
        folder=folder / name,
        sabotage=sabotage,
        keep=keep,
        keep_for=keep_for,
    )
    session = Session(order, info, lab, intent)

    def perform() -> None:
        with session.running() as drill:
            story(drill)

    if raises is None:
        perform()
    else:
        with pytest.raises(raises):
            perform()
    return read_journal(session.journal.path)


@pytest.mark.lab("1")
def swap(drill: Drill) -> None:
    """The plainest story."""
    before = drill.baseline()
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    drill.recover(recoveries.AdoptDataDisk(drill.cluster.master), within=timedelta(minutes=5))
    drill.expect_survival(of=before, losing_at_most=timedelta(0))


def failing_at(call: str, error: BaseException, *, time: int = 1) -> Callable[[str], None]:
    """A hook that lets one call at a seam fail; calls of this name are counted from one."""
    seen: list[Any] = []

    def before_call(name: str) -> None:
        if name == call:
            seen.append(name)
            if len(seen) == time:
                raise error

    return before_call
