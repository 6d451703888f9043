"""The network is parted: most members go on, one is alone, and nobody mends anything but the network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from harness import faults, recoveries
from harness.cluster.cluster import Cluster
from harness.drill import Drill
from harness.drill.holding import let_hold
from harness.drill.leading import Leading
from harness.drill.told import read_intent
from harness.errors import SpecError
from harness.facts import Moment
from harness.facts.etcd import ETCD_STATUS
from harness.facts.leadership import LEADERSHIPS, Office
from harness.journal import History, Kind
from harness.lab import Node
from harness.spec import Role, parse_shape
from harness.verdict import judge
from harness.verdict.record import Record
from tests.drill.rehearsing import STORIES, rehearse


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> History:
    """The drill, once."""
    return rehearse(STORIES["network-partition"], tmp_path_factory.mktemp("told"))


def test_the_machine_that_is_cut_off_leads_before_and_another_one_after(told: History) -> None:
    record = Record(told)
    (was,), (now,) = (
        record.ask(ETCD_STATUS, subject, moment)
        for subject, moment in (("master1", Moment.LED), ("master2", Moment.FAULTED))
    )
    assert was.status.leader == was.status.header.member_id
    assert now.status.leader not in (0, was.status.leader)


def test_no_command_is_run_on_any_machine_while_the_network_becomes_whole(told: History) -> None:
    start, end = (told.first(Kind.RECOVERY, state=state) for state in ("start", "end"))
    assert start is not None
    assert end is not None
    ran = [event.data["node"] for event in told.of(Kind.COMMAND) if start.seq < event.seq < end.seq]
    assert set(ran) <= {"spare1"}


def test_leases_pass_to_the_majority_and_their_holders_of_before_give_up(told: History) -> None:
    for office in (Office.CONTROLLER_MANAGER, Office.SCHEDULER):
        was, now = (Record(told).ask(LEADERSHIPS[office], "cluster", m) for m in (Moment.BEFORE, Moment.PARTED))
        assert (was.machine, now.machine != "master1", now.of) == ("master1", True, was.of)
    (found,) = [one for one in judge(told).findings if one.check == "minority-deposed"]
    assert found.outcome == "held"


def test_leases_that_others_hold_pass_to_the_machine_that_is_to_be_cut_off_and_its_rivals_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_first(cluster: Cluster, leading: Leading, node: Node, offices: Sequence[Office]) -> None:
        for office in offices:
            node.run(["pkill", "--signal", "KILL", "--exact", office[:15]])
        cluster.journal.clock.pause(25)
        assert all(leading.awaited(office, lambda now: now.machine != node.name) for office in offices)
        let_hold(cluster, leading, node, offices)

    monkeypatch.setattr("harness.drill.parting.let_hold", lose_first)
    history = rehearse(STORIES["network-partition"], tmp_path)
    moved = [event.data["node"] for event in history.of(Kind.COMMAND) if event.data["argv"][0] == "mv"]
    assert moved == ["master2", "master3"] * 2
    (found,) = [one for one in judge(history).findings if one.check == "minority-deposed"]
    assert found.outcome == "held"


def test_the_machine_that_was_cut_off_is_booted_once_more(told: History) -> None:
    assert [one.params["machine"] for one in judge(told).findings if one.check == "after-reboot"] == ["master1"]


def test_who_stays_parted_without_a_fault_that_parts_is_refused_before_anything_is_touched() -> None:
    @pytest.mark.lab("3+1")
    def whole(drill: Drill) -> None:
        before = drill.baseline()
        drill.inject(faults.LoseMember(drill.cluster.master))
        drill.stay_parted(timedelta(seconds=1))
        drill.recover(recoveries.PowerOn(drill.cluster.master), within=timedelta(minutes=1))
        drill.expect_survival(of=before, losing_at_most=timedelta(0))

    with pytest.raises(SpecError, match="cuts a control plane off"):
        read_intent(whole, parse_shape("3+1"))


def test_two_control_planes_have_no_majority_without_one_of_them() -> None:
    @pytest.mark.lab("3+1")
    def two(drill: Drill) -> None:
        first, second, _ = drill.cluster.of_role(Role.CONTROL_PLANE)
        drill.inject(faults.CutOffLeader(first, [second]))

    with pytest.raises(SpecError, match="the others have to be a majority"):
        read_intent(two, parse_shape("3+1"))
