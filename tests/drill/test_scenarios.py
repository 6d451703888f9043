from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.journal import History, Kind
from harness.providers.rehearsal import RehearsalProvider
from harness.verdict import Outcome, judge
from harness.verdict.measure import acknowledged
from harness.verdict.timeline import fault_end, stopped
from tests.drill.rehearsing import STORIES, intents, rehearse, swap


class Told(dict[str, History]):
    """Each scenario, performed once, when a test first asks for it: tests that ask for the same follow each other."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def __missing__(self, name: str) -> History:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KUBEDRILL_CACHE", str(self._folder / "cache"))
            patch.setattr("harness.ownership.lease.register_leases", str)
            return self.setdefault(name, rehearse(STORIES[name], self._folder))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(tmp_path_factory.mktemp("told"))


@pytest.mark.parametrize("name", STORIES, scope="module")
def test_every_scenario_passes_in_rehearsal(told: Told, name: str) -> None:
    verdict = judge(told[name])
    assert (verdict.word, verdict.cause) == ("passed", "")
    assert verdict.header.fidelity == "rehearsal"
    assert "never evidence" in " ".join(verdict.header.limits)
    assert not verdict.of(Outcome.ERRORED)
    assert not verdict.of(Outcome.BLOCKED)


@pytest.mark.parametrize("name", STORIES, scope="module")
def test_the_plan_precedes_everything_that_is_measured(told: Told, name: str) -> None:
    history = told[name]
    plan = history.first(Kind.PLAN)
    fact, fault = history.first(Kind.FACT), history.first(Kind.FAULT)
    assert plan is not None
    assert fact is not None
    assert fault is not None
    assert plan.seq < fact.seq < fault.seq


@pytest.mark.parametrize("name", STORIES, scope="module")
def test_phases_come_in_the_order_of_a_drill(told: Told, name: str) -> None:
    begun = [event.data["name"] for event in told[name].of(Kind.PHASE, state="start")]
    intent = intents()[name]
    struck = ["fault", "proof"] * len(intent.faults)
    meanwhile = ["outage"] if intent.endures else ["parted"] if intent.parted else []
    between = [*meanwhile, *(["refusals"] if intent.refused else [])]
    back = [*["recovery"] * len(intent.recoveries), *(["takeovers"] if intent.deposed else [])]
    by_itself = (["schedule"], ["upload"]) if intent.job else ([], [])
    first = ["lab", "cluster", *by_itself[0], "baseline", "backup", *by_itself[1]]
    last = ["judgement", "reboot", "teardown"]
    assert begun == [*first, *struck, *between, *back, *last]


def test_a_workload_on_the_master_waits_for_the_lease_of_the_controller_manager(told: Told) -> None:
    measured = judge(told["os-disk-swap"]).rto
    assert measured.control_plane_seconds is not None
    assert measured.workload_seconds is not None
    assert 15 <= measured.workload_seconds - measured.control_plane_seconds <= 20


def test_a_workload_on_a_worker_never_stops(told: Told) -> None:
    assert judge(told["os-disk-swap-worker"]).rto.workload_seconds == 0


@pytest.mark.parametrize("name", STORIES, scope="module")
def test_what_was_written_after_the_backup_is_gone_where_a_snapshot_is_restored_and_kept_elsewhere(
    told: Told, name: str
) -> None:
    (late,) = (one for one in judge(told[name]).findings if one.check == "late-object")
    assert late.saw.startswith("gone") == intents()[name].restores_data


def test_a_destroyed_master_loses_no_more_than_what_was_written_since_its_snapshot(told: Told) -> None:
    verdict = judge(told["destroyed-master"])
    assert verdict.rpo.lost["volume"] == 0
    assert verdict.rpo.lost["api"] > 0
    assert verdict.rpo.measured_seconds is not None
    assert 0 < verdict.rpo.measured_seconds < 30
    assert verdict.rto.workload_seconds == 0


def test_a_rollback_tells_clients_to_look_anew_and_leaves_volumes_where_they_were(told: Told) -> None:
    verdict = judge(told["rollback"])
    found = {one.check: one for one in verdict.findings}
    assert "to list anew" in found["watch-continues"].saw
    assert "volumes did not go back" in found["volumes-ahead"].saw
    assert verdict.rpo.lost["volume"] == 0
    assert verdict.rpo.lost["api"] > 0


def test_a_dead_disk_under_etcd_stops_no_workload_and_another_disk_takes_its_place(told: Told) -> None:
    verdict = judge(told["data-disk-failure"])
    found = {one.check: one for one in verdict.findings}
    assert "Input/output error" in found["fault-bit"].saw
    assert "input/output error" in found["fault-bit"].saw
    assert "3 pods on 'master1', never restarted" in found["workloads-untouched"].saw
    assert "'before'" not in found["etcd-on-data-disk"].saw
    assert verdict.rto.workload_seconds == 0


def test_writes_that_a_bad_change_let_through_go_back_with_the_data_and_are_counted(told: Told) -> None:
    history = told["rollback"]
    done, gone = fault_end(history), stopped(history)
    assert done is not None
    assert gone is not None
    between = [number for number, event in acknowledged(history, "api") if done.mono < event.mono < gone.mono]
    assert between
    assert judge(history).rpo.lost["api"] >= len(between)


def test_a_token_that_expires_is_refused_before_the_old_command_joins_and_a_new_one_after_it(
    told: Told,
) -> None:
    joins = [event.data["fact"] for event in told["old-join"].of(Kind.FACT) if event.data["fact"].startswith("join-")]
    tried = [name for name in joins if name != "join-command"]
    assert tried == ["join-wrong-hash", "join-expired-token", "join-new-token"]
    found = {one.check: one for one in judge(told["old-join"]).findings}
    assert "could not find a JWS signature" in found["expired-token-refused"].saw
    assert str(judge(told["old-join"]).join_hash_before) in found["new-token-joins"].saw


def test_the_runbook_as_written_loses_what_it_does_not_put_back(told: Told) -> None:
    seen = {one.check: one for one in judge(told["os-disk-swap-seed"]).findings if one.outcome is Outcome.OBSERVED}
    assert "refused with status 401" in seen["old-tokens"].cause
    assert "networking.podSubnet" in seen["kubeadm-config"].cause
    assert "control-plane:NoSchedule" in seen["node-taints-and-labels"].cause


def test_the_same_seed_tells_the_same_story_twice(told: Told, tmp_path: Path) -> None:
    again = rehearse(STORIES["os-disk-swap"], tmp_path)
    assert _story(again) == _story(told["os-disk-swap"])


def test_another_seed_makes_another_cluster(tmp_path: Path) -> None:
    one, two = (rehearse(swap, tmp_path / str(seed), provider=RehearsalProvider(seed=seed)) for seed in (1, 2))
    assert judge(one).passed
    assert judge(two).passed
    assert judge(one).join_hash_before != judge(two).join_hash_before


def _story(history: History) -> list[str]:
    # The audit is about the real host; join tokens are real secrets, lie in etcd and are named under cluster-info.
    unequal = ("host-audit", "etcd-hash-cluster", "cluster-info")
    events = [event for event in history.events if event.data.get("fact") not in unequal]
    told = [{**event.data, "mono": event.mono, "kind": event.kind} for event in events]
    # Each has a folder of its own.
    return [json.dumps({key: value for key, value in one.items() if key != "folder"}, sort_keys=True) for one in told]
