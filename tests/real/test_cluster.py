"""Clusters of several control planes on container machines: built, robbed of one, frozen, and gone on from."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.clock import HostClock, NotYet
from harness.cluster.checkpoint import begin, checkpoints_in
from harness.cluster.cluster import Cluster
from harness.cluster.readiness import is_ready
from harness.drill.session import traits
from harness.facts.etcd import ETCD_MEMBERS
from harness.images.store import open_store
from harness.journal.writer import Journal
from harness.ownership import new_run_id
from harness.providers.container import ContainerProvider
from harness.providers.seam import Fidelity
from harness.spec import ClusterSpec, Role, parse_shape

pytestmark = pytest.mark.real
#: What is not promised to anybody, but would be worth a look: ten times what was measured is a defect.
TOO_LONG = timedelta(minutes=5)
TOO_MUCH_MIB = 4096
Note = Callable[[str, object], None]


@contextmanager
def cluster_of(shape: str, folder: Path, checkpoints: Path | None = None) -> Iterator[Cluster]:
    """Machines that are about to be a cluster."""
    folder.mkdir()
    run = new_run_id(datetime.now(UTC))
    with ContainerProvider().lab(parse_shape(shape), kubernetes="v1.34", run=run, folder=folder) as made:
        lab = replace(made, checkpoints=checkpoints)
        journal = Journal(folder / "journal.jsonl", HostClock())
        spec = ClusterSpec(kubernetes=lab.kubernetes, endpoint=lab.spec.endpoint)
        try:
            yield Cluster(spec, lab, journal, traits(Fidelity.CONTAINER))
        finally:
            journal.close()


def free_mib() -> float:
    told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return int(told["MemAvailable"].split()[0]) / 1024


def ready_nodes(cluster: Cluster) -> list[str]:
    return sorted(node["metadata"]["name"] for node in cluster.api.list("Node") if is_ready(node))


def etcd_members(cluster: Cluster) -> list[str]:
    """Those that have a vote."""
    told = ETCD_MEMBERS.parse(cluster.master.machine.channel.run(ETCD_MEMBERS.argv))
    return sorted(member.name for member in told.members if not member.is_learner)


def holder_of_endpoint(cluster: Cluster) -> str:
    shown = ["ip", "-oneline", "-4", "address", "show", "eth0"]
    machines = {node.name: node.machine for node in cluster.of_role(Role.CONTROL_PLANE) if node.machine.is_on}
    return next((name for name, one in machines.items() if " 10.77.0.100/" in one.channel.run(shown).stdout), "")


def await_answer(cluster: Cluster, limit: timedelta = timedelta(seconds=20)) -> float:
    """Seconds until the endpoint answers."""
    began = time.monotonic()
    cluster.await_state("the endpoint to answer", lambda: bool(cluster.api.list("Node")), limit)
    return time.monotonic() - began


def test_three_control_planes_and_a_worker_are_one_cluster_whose_endpoint_outlives_api_and_power_of_the_first(
    tmp_path: Path, record_property: Note
) -> None:
    free, began = free_mib(), time.monotonic()
    with cluster_of("3+1", tmp_path / "lab") as cluster:
        cluster.build()
        seconds, memory = time.monotonic() - began, free - free_mib()
        record_property("seconds_to_ready", round(seconds, 1))
        record_property("host_memory_mib", round(memory))
        assert seconds < TOO_LONG.total_seconds()
        assert memory < TOO_MUCH_MIB
        masters = ["master1", "master2", "master3"]
        assert ready_nodes(cluster) == [*masters, "worker1"]
        assert etcd_members(cluster) == masters

        first = cluster.master.machine.channel
        assert holder_of_endpoint(cluster) == "master1"
        assert first.run(["systemctl", "stop", "kubelet.service"]).status == 0
        assert first.run(["pkill", "--signal", "KILL", "--exact", "kube-apiserver"]).status == 0
        record_property("seconds_without_api", round(await_answer(cluster), 1))
        assert holder_of_endpoint(cluster) in masters[1:]

        assert first.run(["systemctl", "start", "kubelet.service"]).status == 0
        limit = timedelta(seconds=60)
        cluster.await_state(
            "the first one's address", lambda: holder_of_endpoint(cluster) == "master1" or NotYet("elsewhere"), limit
        )
        await_answer(cluster)
        cluster.master.cut()
        record_property("seconds_without_power", round(await_answer(cluster), 1))
        assert holder_of_endpoint(cluster) in masters[1:]
        cluster.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "written-by-two"}})


@pytest.fixture
def checkpoints() -> Iterator[Path]:
    """A place for checkpoints of this test alone."""
    with open_store() as store:
        place = store.folder / f"checkpoints-{new_run_id(datetime.now(UTC))}"
        yield place
        shutil.rmtree(place, ignore_errors=True)


def test_several_labs_go_on_at_once_from_one_checkpoint_and_none_sees_what_another_writes(
    tmp_path: Path, checkpoints: Path, record_property: Note
) -> None:
    with cluster_of("3+1", tmp_path / "built", checkpoints) as cluster:
        began = time.monotonic()
        begin(cluster, "container")
        record_property("seconds_built_and_frozen", round(time.monotonic() - began, 1))
        join_hash, uid = cluster.join_hash(), cluster.api.get("Namespace", "kube-system")["metadata"]["uid"]
    [known] = checkpoints_in(checkpoints)
    record_property("checkpoint_mib", known.bytes_used >> 20)

    def fork(name: str) -> list[str]:
        with cluster_of("3+1", tmp_path / name, checkpoints) as cluster:
            began = time.monotonic()
            begin(cluster, "container")
            record_property(f"seconds_thawed_{name}", round(time.monotonic() - began, 1))
            assert cluster.join_hash() == join_hash
            assert cluster.api.get("Namespace", "kube-system")["metadata"]["uid"] == uid
            assert ready_nodes(cluster) == ["master1", "master2", "master3", "worker1"]
            assert etcd_members(cluster) == ["master1", "master2", "master3"]
            cluster.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"only-{name}"}})
            # The spare machine is no part of the checkpoint: it boots fresh, and joins.
            cluster.spare.power_on()
            cluster.prepare(cluster.spare)
            cluster.join(cluster.spare)
            names = [one["metadata"]["name"] for one in cluster.api.list("Namespace")]
            return [one for one in names if one.startswith("only-")]

    with ThreadPoolExecutor() as threads:
        assert list(threads.map(fork, ("one", "two"))) == [["only-one"], ["only-two"]]
