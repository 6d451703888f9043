"""Snapshots of the simulated etcd behave as those of the real one where drills depend on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.facts.etcd import ETCDCTL
from harness.facts.fact import Output
from harness.facts.snapshot import SNAPSHOT, SNAPSHOT_STATUS
from harness.providers.seam import ApiError
from tests.providers.test_cluster import Cluster, cluster

__all__ = ["cluster"]
DATA = "/var/lib/etcd"
NOTE = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "note", "namespace": "default"}}


def save(cluster: Cluster) -> None:
    assert cluster.master.channel.run([*ETCDCTL, "snapshot", "save", SNAPSHOT]).status == 0


def restore(cluster: Cluster, *flags: str, to: str = f"{DATA}/restored") -> Output:
    return cluster.master.channel.run(["etcdutl", "snapshot", "restore", SNAPSHOT, "--data-dir", to, *flags])


def swap(cluster: Cluster) -> None:
    """What was restored beside takes the place of the data; the snapshot was on memory and is gone."""
    master = cluster.master
    del master.place(DATA)[0].databases["/"]
    moved = master.channel.run(["mv", "--no-target-directory", f"{DATA}/restored/member", f"{DATA}/member"])
    assert moved.status == 0, moved.stderr
    master.power_off()
    master.power_on()
    cluster.clock.pause(10)


def test_a_snapshot_holds_what_was_written_before_it_and_nothing_later(cluster: Cluster) -> None:
    uid = cluster.api.apply(NOTE)["metadata"]["uid"]
    save(cluster)
    cluster.api.apply({**NOTE, "metadata": {"name": "late", "namespace": "default"}})
    assert restore(cluster).status == 0
    swap(cluster)
    assert cluster.api.get("ConfigMap", "note", "default")["metadata"]["uid"] == uid
    with pytest.raises(ApiError, match="not found"):
        cluster.api.get("ConfigMap", "late", "default")


def test_a_bumped_revision_makes_clients_list_anew_and_the_same_one_leaves_them_in_silence(cluster: Cluster) -> None:
    save(cluster)
    for number in range(50):
        seen = cluster.api.apply({**NOTE, "data": {"number": str(number)}})["metadata"]["resourceVersion"]
    assert restore(cluster).status == 0
    assert restore(cluster, "--bump-revision", "1000", "--mark-compacted", to=f"{DATA}/bumped").status == 0
    swap(cluster)
    cluster.api.apply(NOTE)
    assert list(cluster.api.watch("ConfigMap", "default", since=seen, limit=timedelta(seconds=1))) == []
    disk = cluster.master.place(DATA)[0]
    disk.databases["/restored"] = disk.databases.pop("/bumped")
    swap(cluster)
    with pytest.raises(ApiError) as told:
        list(cluster.api.watch("ConfigMap", "default", since=seen, limit=timedelta(seconds=1)))
    assert told.value.status == 410


def test_a_snapshot_that_was_changed_is_neither_read_nor_restored(cluster: Cluster) -> None:
    save(cluster)
    content = bytearray(cluster.master.channel.get(SNAPSHOT))
    content[len(content) // 2] ^= 1
    cluster.master.channel.put(SNAPSHOT, bytes(content))
    assert cluster.master.channel.run(SNAPSHOT_STATUS.argv).status == 1
    refused = restore(cluster)
    assert (refused.status, "expected sha256" in refused.stderr) == (1, True)


def test_a_folder_with_data_is_filled_by_nobody(cluster: Cluster) -> None:
    save(cluster)
    assert "not empty" in restore(cluster, to=DATA).stderr
    assert restore(cluster).status == 0
    moved = cluster.master.channel.run(["mv", "--no-target-directory", f"{DATA}/restored/member", f"{DATA}/member"])
    assert "Directory not empty" in moved.stderr
