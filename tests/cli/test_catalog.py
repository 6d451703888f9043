from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from harness.cli.story import planned
from harness.drill.catalog import find_drills, scenario_places
from harness.errors import SpecError
from harness.spec import parse_shape

_SCENARIO = '''
"""Not a drill."""
import pytest
raise SystemExit("a scenario must not be run to be listed")

@pytest.mark.lab("3+1")
def test_quorum_loss(drill):
    """Two of three
    control planes are lost."""
    drill.recover(None, within=timedelta(minutes=1, seconds=30))
    drill.expect_survival(of=None, losing_at_most=timedelta(0))

def test_plain(drill):
    drill.recover(None, within=LATER)

def test_without_a_drill(): ...
def helper(drill): ...
'''


def test_drills_are_read_without_running_their_scenario(tmp_path: Path) -> None:
    (tmp_path / "test_losses.py").write_text(_SCENARIO)
    plain, quorum = find_drills([tmp_path])
    assert (quorum.name, quorum.lab, quorum.claim) == ("quorum-loss", "3+1", "Two of three control planes are lost.")
    assert (quorum.rto, quorum.rpo) == (timedelta(seconds=90), timedelta(0))
    assert quorum.node_id == f"{tmp_path / 'test_losses.py'}::test_quorum_loss"
    assert (plain.lab, plain.claim, plain.rto) == ("1", "", None)


def test_one_name_in_two_places_is_refused(tmp_path: Path) -> None:
    for name in ("test_a.py", "test_b.py"):
        (tmp_path / name).write_text("def test_x(drill): ...\n")
    with pytest.raises(SpecError, match="'x' exists twice"):
        find_drills([tmp_path])


def test_the_same_place_given_twice_is_one(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_x(drill): ...\n")
    assert len(find_drills([tmp_path, tmp_path / "test_a.py"])) == 1


def test_a_scenario_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("def test_x(drill:\n")
    with pytest.raises(SpecError, match=r"test_a\.py' cannot be read"):
        find_drills([tmp_path])


def test_every_drill_of_ours_says_its_claim_its_promises_and_its_checks() -> None:
    drills = find_drills(scenario_places())
    assert {"os-disk-swap", "os-disk-swap-seed", "os-disk-swap-worker"} <= {drill.name for drill in drills}
    for drill in drills:
        assert drill.claim
        assert drill.rto is not None
        assert drill.rpo is not None
        assert any(check["required"] for check in planned(drill, parse_shape(drill.lab))["checks"])
