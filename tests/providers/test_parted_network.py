"""A machine can be cut off from all others and goes on, on each provider that has the means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from harness import faults, recoveries
from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.drill.session import traits
from harness.errors import LabError
from harness.facts.etcd import ETCD_LEADER, LED, NO_LEADER
from harness.facts.fact import Output
from harness.facts.parted import ETCD_READ
from harness.facts.reach import ANSWERED, REACH, UNANSWERED
from harness.journal import Kind, read_journal
from harness.journal.writer import Journal
from harness.lab import Node
from harness.providers.container import netns, reopened
from harness.providers.rehearsal import RehearsalProvider
from harness.providers.seam import Fidelity
from harness.recoveries.recovery import RecoveryError
from harness.spec import ClusterSpec, parse_shape

NODE = parse_shape("1").nodes[0]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Three control planes and a worker."""
    provider = RehearsalProvider()
    with provider.lab(parse_shape("3+1"), kubernetes="v1.34", run="test", folder=tmp_path) as lab:
        journal = Journal(tmp_path / "journal.jsonl", provider.clock)
        spec = ClusterSpec(kubernetes=lab.kubernetes, endpoint=lab.spec.endpoint)
        made = Cluster(spec, lab, journal, traits(Fidelity.REHEARSAL))
        made.build()
        yield made
        journal.close()


def reached(asker: Node, other: Node) -> str:
    fact = REACH.to(other.spec.ip)
    return fact.parse(asker.machine.channel.run(fact.argv))


def leader(node: Node) -> str:
    return ETCD_LEADER.parse(node.machine.channel.run(ETCD_LEADER.argv))


def test_who_is_cut_off_reaches_nobody_and_is_reached_by_nobody_while_the_others_are_together(cluster: Cluster) -> None:
    first, second, third = (cluster.nodes[f"master{number}"] for number in (1, 2, 3))
    assert reached(first, second) == reached(second, first) == ANSWERED
    faults.CutOff(first, [second, third, *cluster.workers]).strike(cluster)
    assert reached(first, second) == reached(second, first) == reached(cluster.workers[0], first) == UNANSWERED
    assert reached(second, third) == ANSWERED


def test_the_majority_elects_a_leader_and_serves_while_the_minority_follows_nobody(cluster: Cluster) -> None:
    first, second = cluster.nodes["master1"], cluster.nodes["master2"]
    first.isolate()
    cluster.journal.clock.pause(3)
    assert (leader(first), leader(second)) == (NO_LEADER, LED)
    assert cluster.api.list("Node")


def test_a_network_that_is_whole_again_needs_no_command_on_any_machine(cluster: Cluster) -> None:
    def ran() -> int:
        return len(list(read_journal(cluster.journal.path).of(Kind.COMMAND)))

    first, before = cluster.nodes["master1"], ran()
    first.isolate()
    cluster.journal.clock.pause(60)
    recoveries.Reconnect(first).run(cluster, cast(Bundle, None))
    assert leader(first) == LED
    assert ran() == before


def test_who_follows_a_leader_that_does_not_hear_it_is_not_taken_for_back(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cluster.nodes["master1"]
    first.isolate()
    cluster.journal.clock.pause(60)
    run, refused = first.machine.channel.run, []

    def stuck(argv: Sequence[str], **more: Any) -> Output:
        if tuple(argv) != ETCD_READ.argv or len(refused) == 10:
            return run(argv, **more)
        refused.append(LED)
        cluster.journal.clock.pause(4)
        return Output(status=1, stdout="", stderr="Error: context deadline exceeded\n")

    monkeypatch.setattr(first.machine.channel, "run", stuck)
    recoveries.Reconnect(first).run(cluster, cast(Bundle, None))
    assert len(refused) == 10


def test_a_worker_that_stays_cut_off_is_not_taken_for_recovered_though_its_node_is_ready_still(
    cluster: Cluster,
) -> None:
    worker = cluster.workers[0]
    worker.isolate()
    recovery = recoveries.Reconnect(worker)
    recovery.reconnects = False
    with pytest.raises(RecoveryError, match="to reach 'master1'"):
        recovery.run(cluster, cast(Bundle, None))


def test_a_machine_that_boots_is_in_the_network(cluster: Cluster) -> None:
    first, second = cluster.nodes["master1"], cluster.nodes["master2"]
    first.isolate()
    first.cut()
    first.power_on()
    assert reached(second, first) == ANSWERED


def test_a_machine_without_power_is_in_no_network(cluster: Cluster) -> None:
    spare = cluster.spare
    with pytest.raises(LabError, match="is off"):
        spare.isolate()


def test_the_fault_says_why_it_cannot_strike_where_the_network_is_not_ours(cluster: Cluster) -> None:
    first, second = cluster.nodes["master1"], cluster.nodes["master2"]
    assert "Vagrant" in faults.CutOff(first, [second]).not_on["vagrant"]


def test_a_container_machines_port_leaves_the_bridge_and_its_own_link_stays_up(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[tuple[str, ...]] = []
    monkeypatch.setattr(netns, "configure", lambda *told: lines.append(told))
    network = netns.Layer2("kd-lab", parse_shape("1"), cast(Any, None))
    network.isolate(NODE)
    network.reconnect(NODE)
    assert lines == [("kd-lab", "link set master1 nomaster"), ("kd-lab", "link set master1 master lab")]


def test_the_machine_of_a_kept_lab_is_reconnected_by_one_command_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[tuple[str, ...]] = []
    monkeypatch.setattr(reopened, "configure", lambda *told: lines.append(told))
    monkeypatch.setattr(reopened.podman, "leader", lambda _: 1)
    told: list[tuple[str, str]] = []
    machine = reopened.ReopenedMachine(
        NODE, "kd-lab", lambda _, channel: channel, lambda where, line: told.append((where, line))
    )
    machine.reconnect()
    assert told == [("host", "ip -netns kd-lab link set master1 master lab")]
    assert lines == [("kd-lab", "link set master1 master lab")]
    with pytest.raises(LabError, match="cannot be cut off"):
        machine.isolate()
