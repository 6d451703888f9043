from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from harness.drill import Drill
from harness.errors import LabError
from harness.journal import History, Kind
from harness.providers.rehearsal import RehearsalProvider
from harness.sabotage import SABOTAGES
from tests.drill.rehearsing import failing_at, rehearse, swap

BREAKS = LabError("The power supply of 'master1' burst")


def asked_to_stay(history: History) -> list[str]:
    """What the lab answered when it was told to stay."""
    notes = [str(event.data["text"]) for event in history.of(Kind.NOTE)]
    return [text for text in notes if "simulated lab" in text]


def gives_up(drill: Drill) -> None:
    swap(drill)
    # Planned without complaint: by then all that a plan needs has been said.
    raise AssertionError("master1 is not what it was")


@pytest.mark.parametrize(("keep", "times"), [("never", 0), ("on-failure", 0), ("always", 1)])
def test_a_drill_that_passes_is_kept_only_always(keep: str, times: int, tmp_path: Path) -> None:
    assert len(asked_to_stay(rehearse(swap, tmp_path, keep=keep))) == times


@pytest.mark.parametrize("name", ["fault-does-nothing", "lose-ca-key", "not-after-reboot", "deaf-oracle"])
def test_whatever_is_not_a_pass_is_kept_on_failure(name: str, tmp_path: Path) -> None:
    (sabotage,) = (one for one in SABOTAGES if one.name == name)
    assert asked_to_stay(rehearse(swap, tmp_path, keep="on-failure", sabotage=sabotage()))
    assert not asked_to_stay(rehearse(swap, tmp_path / "never", sabotage=sabotage()))


@pytest.mark.parametrize("call", ["machine.power_on:master1", "machine.cut:master1", "channel.run:master1:tar"])
def test_a_lab_that_erred_is_kept_on_failure(call: str, tmp_path: Path) -> None:
    provider = RehearsalProvider(before_call=failing_at(call, BREAKS))
    assert asked_to_stay(rehearse(swap, tmp_path, keep="on-failure", provider=provider, raises=LabError))


def test_a_story_that_breaks_off_is_kept_on_failure(tmp_path: Path) -> None:
    assert asked_to_stay(rehearse(gives_up, tmp_path, keep="on-failure", raises=AssertionError))


@pytest.mark.parametrize("told", [KeyboardInterrupt, SystemExit])
def test_who_interrupts_a_drill_gets_no_lab_on_failure(told: Callable[[], BaseException], tmp_path: Path) -> None:
    provider = RehearsalProvider(before_call=failing_at("machine.cut:master1", told()))
    history = rehearse(swap, tmp_path, keep="on-failure", provider=provider, raises=BaseException)
    assert history.events[-1].data["outcome"] == "interrupted"
    assert not asked_to_stay(history)


def test_a_lab_is_kept_for_as_long_as_was_asked(tmp_path: Path) -> None:
    (text,) = asked_to_stay(rehearse(swap, tmp_path, keep="always", keep_for=timedelta(hours=9)))
    assert "kept for 9 hours" in text
