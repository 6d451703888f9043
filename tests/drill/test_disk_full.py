"""An etcd without room takes no write, and what makes room for it loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.journal import History, Kind
from harness.sabotage import SABOTAGES
from harness.verdict import judge
from tests.drill.rehearsing import STORIES, rehearse
from tests.drill.test_recoveries import once


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A full etcd."""
    return once("disk-full", tmp_path_factory.mktemp("told"))


def test_the_alarm_is_raised_and_the_api_tells_of_it_while_reads_are_answered(history: History) -> None:
    found = {one.check: one for one in judge(history).findings}
    assert "NOSPACE on member" in found["fault-bit"].saw
    assert "the API refused writes" in found["fault-bit"].saw
    assert "database space exceeded" in found["only-reads-served"].saw
    refused = list(history.of(Kind.PROBE, probe="api-write", ok=False))
    assert "database space exceeded" in refused[0].data["detail"]


def test_nothing_is_lost_and_no_workload_stops(history: History) -> None:
    verdict = judge(history)
    assert verdict.passed
    assert verdict.rto.workload_seconds == 0
    assert verdict.rpo.lost == {"api": 0, "volume": 0}


def test_the_commands_come_in_the_order_that_works(history: History) -> None:
    typed = [list(one.data["argv"]) for one in history.of(Kind.COMMAND) if one.data["argv"][0] == "etcdctl"]
    steps = [argv[5:][0] if argv[5] != "alarm" else argv[6] for argv in typed[-4:]]
    assert steps == ["compact", "defrag", "disarm", "put"]


@pytest.mark.parametrize("name", ["forgotten-defragmentation", "forgotten-disarm", "fault-does-nothing"])
def test_what_is_forgotten_is_named(name: str, tmp_path: Path) -> None:
    (sabotage,) = (one for one in SABOTAGES if one.name == name)
    verdict = judge(rehearse(STORIES["disk-full"], tmp_path, sabotage=sabotage()))
    assert verdict.word == sabotage.expected.verdict
    assert sabotage.expected.names in verdict.cause
