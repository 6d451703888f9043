"""Several simulated control planes are one etcd: it needs most of them, and takes a new one as the real one does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.clock import Clock
from harness.cluster.cluster import Cluster, Credentials
from harness.drill.session import traits
from harness.facts.etcd import ETCD_LEADER, ETCD_MEMBERS, ETCD_STATUS, ETCDCTL, LED, NO_LEADER
from harness.journal.writer import Journal
from harness.lab import Node, StepError
from harness.providers.rehearsal import RehearsalProvider
from harness.providers.seam import ApiError, Fidelity
from harness.recoveries.certificates import upload_certificates
from harness.spec import ClusterSpec, parse_shape


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


def clock(cluster: Cluster) -> Clock:
    return cluster.journal.clock


def members(node: Node) -> list[str]:
    told = ETCD_MEMBERS.parse(node.machine.channel.run(ETCD_MEMBERS.argv))
    return sorted(one.name for one in told.members)


def leader(node: Node) -> str:
    return ETCD_LEADER.parse(node.machine.channel.run(ETCD_LEADER.argv))


def write(cluster: Cluster, name: str) -> dict[str, Any]:
    return cluster.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def destroy(cluster: Cluster, *names: str) -> None:
    for name in names:
        cluster.nodes[name].cut()
        cluster.nodes[name].replace_disks()


def rejoin(cluster: Cluster, name: str) -> None:
    node = cluster.nodes[name]
    node.power_on()
    cluster.prepare(node)
    cluster.join(node, control_plane=True)


def test_two_of_three_go_on_and_the_one_that_was_away_has_what_they_wrote(cluster: Cluster) -> None:
    third = cluster.nodes["master3"]
    third.cut()
    written = write(cluster, "without-three")
    third.power_on()
    clock(cluster).pause(10)
    cluster.nodes["master1"].cut()
    assert cluster.api.get("Namespace", "without-three") == written
    assert members(third) == ["master1", "master2", "master3"]


def test_one_of_three_serves_nobody_but_knows_that_it_has_no_leader(cluster: Cluster) -> None:
    first = cluster.master
    assert leader(first) == LED
    destroy(cluster, "master2", "master3")
    with pytest.raises(ApiError):
        write(cluster, "too-late")
    assert leader(first) == NO_LEADER
    assert first.machine.channel.run(ETCD_MEMBERS.argv).status == 1


def test_one_leads_at_a_time_and_another_takes_over_when_its_lease_has_run_out(cluster: Cluster) -> None:
    planes = {name: machine.control_plane for name, machine in cluster.lab.machines.items()}  # type: ignore[attr-defined]
    leading = [name for name, plane in planes.items() if plane.is_leading]
    assert len(leading) == 1
    cluster.nodes[leading[0]].cut()
    clock(cluster).pause(10)
    assert not [name for name, plane in planes.items() if plane.is_leading]
    clock(cluster).pause(10)
    assert len([name for name, plane in planes.items() if plane.is_leading]) == 1


def test_a_lost_machine_cannot_join_while_its_node_or_its_member_is_there(cluster: Cluster) -> None:
    destroy(cluster, "master3")
    with pytest.raises(StepError, match='Node with name "master3" and status "Ready" already exists'):
        rejoin(cluster, "master3")
    cluster.api.delete("Node", "master3")
    cluster.nodes["master3"].power_off()
    destroy(cluster, "master3")
    with pytest.raises(StepError, match="etcd cluster is not healthy"):
        rejoin(cluster, "master3")


def test_a_control_plane_joins_only_with_the_key_of_certificates_that_are_not_older_than_two_hours(
    cluster: Cluster,
) -> None:
    destroy(cluster, "master3")
    cluster.api.delete("Node", "master3")
    right = cluster.credentials
    cluster.credentials = replace(right, certificate_key=Credentials.fresh().certificate_key)
    with pytest.raises(StepError, match="download-certs"):
        rejoin(cluster, "master3")
    cluster.credentials = right
    clock(cluster).pause(2 * 3600)
    cluster.nodes["master3"].power_off()
    with pytest.raises(StepError, match="download-certs"):
        rejoin(cluster, "master3")
    upload_certificates(cluster, cluster.master)
    assert cluster.credentials.certificate_key != right.certificate_key


def test_all_members_hold_the_same_and_each_tells_of_all(cluster: Cluster) -> None:
    argv = [*ETCD_LEADER.argv[:6], "-w", "json", "endpoint", "hashkv", "--cluster", "--rev=1"]
    told = [json.loads(cluster.nodes[f"master{number}"].machine.channel.run(argv).stdout) for number in (1, 2, 3)]
    assert [len(one) for one in told] == [3, 3, 3]
    assert len({one["HashKV"]["hash"] for answers in told for one in answers}) == 1


def test_a_member_that_is_removed_ends_and_the_others_go_on(cluster: Cluster) -> None:
    second, third = cluster.nodes["master2"], cluster.nodes["master3"]
    told = ETCD_MEMBERS.parse(second.machine.channel.run(ETCD_MEMBERS.argv)).members
    number = next(f"{one.id:x}" for one in told if one.name == "master3")
    second.run([*ETCDCTL, "member", "remove", number])
    assert members(second) == ["master1", "master2"]
    with pytest.raises(ValueError, match="context deadline exceeded"):
        members(third)
    assert second.attempt([*ETCDCTL, "member", "remove", number]).stderr == "Error: etcdserver: member not found\n"


def test_who_leads_etcd_can_be_killed_and_another_is_elected(cluster: Cluster) -> None:
    first, second = cluster.master, cluster.nodes["master2"]
    before = ETCD_STATUS.parse(second.machine.channel.run(ETCD_STATUS.argv))[0].status
    first.run(["pkill", "--signal", "KILL", "--exact", "etcd"])
    assert leader(second) == NO_LEADER
    clock(cluster).pause(3)
    after = ETCD_STATUS.parse(second.machine.channel.run(ETCD_STATUS.argv))[0].status
    assert after.leader not in (0, before.leader)
    assert after.header.raft_term > before.header.raft_term
    assert members(first) == ["master1", "master2", "master3"]


@pytest.mark.parametrize("program", ["kube-controller-manager", "kube-scheduler"])
def test_who_holds_a_lease_can_be_killed_and_another_waits_until_it_ends(cluster: Cluster, program: str) -> None:
    def holder() -> str:
        return str(cluster.api.get("Lease", program, "kube-system")["spec"]["holderIdentity"])

    before = holder()
    cluster.nodes[before.partition("_")[0]].run(["pkill", "--signal", "KILL", "--exact", program[:15]])
    clock(cluster).pause(14)
    assert holder() == before
    clock(cluster).pause(4)
    assert holder() != before


@pytest.mark.parametrize("away", [0.6, 1.1, 1.6])
def test_a_static_pod_whose_manifest_was_away_for_a_moment_ends_and_is_run_anew(cluster: Cluster, away: float) -> None:
    """Its etcd does not lead, so the API of the others answers all the while, and is told of it."""
    machine, waited = cluster.nodes["master3"].machine, clock(cluster)
    manifest = "/etc/kubernetes/manifests/kube-scheduler.yaml"

    def runs() -> str:
        pods = json.loads(machine.channel.run(["crictl", "pods", "--output", "json"]).stdout)["items"]
        return next((pod["id"] for pod in pods if pod["metadata"]["name"] == "kube-scheduler-master3"), "")

    before, content = runs(), machine.channel.get(manifest)
    machine.channel.run(["rm", manifest])
    waited.pause(away)
    machine.channel.put(manifest, content, 0o600)
    waited.pause(10)
    assert runs() not in ("", before)
