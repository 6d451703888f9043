"""The simulated kubelet stops and starts static pods with their manifests; namespaces go with all that is in them."""

from __future__ import annotations

import pytest

from harness.facts.etcd import ETCD_MEMBERS
from harness.facts.etcd_damage import DATABASE, ETCD_DATABASE, ETCD_DATABASE_LOG, ETCD_DISK_LOG
from harness.facts.manifest import ETCD_DATA_DIR
from harness.facts.objects import NAMESPACES
from harness.facts.sandbox import POD_SANDBOXES
from harness.providers.seam import ApiError
from harness.spec import DataDisk
from tests.providers.test_cluster import Cluster, cluster

__all__ = ["cluster"]
MANIFESTS = "/etc/kubernetes/manifests"
ASIDE = "/etc/kubernetes/stopped"
PARTS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
NOTE = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "note", "namespace": "spoilt"}}


def move(cluster: Cluster, source: str, target: str) -> None:
    files = [f"{source}/{part}.yaml" for part in PARTS]
    assert cluster.master.channel.run(["mv", f"--target-directory={target}", *files]).status == 0


def static(cluster: Cluster) -> int:
    boxes = POD_SANDBOXES.parse(cluster.master.channel.run(POD_SANDBOXES.argv))
    return sum(1 for box in boxes if box.is_static and box.is_running)


def test_a_static_pod_ends_a_while_after_its_manifest_is_gone_and_the_api_with_it(cluster: Cluster) -> None:
    move(cluster, MANIFESTS, ASIDE)
    assert static(cluster) == len(PARTS)
    cluster.clock.pause(3)
    assert static(cluster) == 0
    with pytest.raises(ApiError):
        cluster.api.list("Node")


def test_the_control_plane_comes_back_with_its_manifests_and_knows_what_it_knew(cluster: Cluster) -> None:
    before = [node["metadata"]["uid"] for node in cluster.api.list("Node")]
    move(cluster, MANIFESTS, ASIDE)
    cluster.clock.pause(3)
    move(cluster, ASIDE, MANIFESTS)
    cluster.clock.pause(10)
    assert [node["metadata"]["uid"] for node in cluster.api.list("Node")] == before
    assert static(cluster) == len(PARTS)


def test_without_kubelet_nobody_stops_static_pods(cluster: Cluster) -> None:
    cluster.master.channel.run(["systemctl", "stop", "kubelet.service"])
    move(cluster, MANIFESTS, ASIDE)
    cluster.clock.pause(30)
    assert static(cluster) == len(PARTS)


def test_an_etcd_whose_disk_dies_serves_nobody_and_says_why(cluster: Cluster) -> None:
    assert ETCD_DISK_LOG.parse(cluster.master.channel.run(ETCD_DISK_LOG.argv)) == ETCD_DISK_LOG.nothing
    cluster.master.kill_disk(DataDisk.ETCD)
    cluster.clock.pause(1)
    assert "input/output error" in ETCD_DISK_LOG.parse(cluster.master.channel.run(ETCD_DISK_LOG.argv))
    with pytest.raises(ApiError):
        cluster.api.list("Node")
    assert cluster.master.channel.run(ETCD_MEMBERS.argv).status != 0


def test_a_file_that_is_not_there_cannot_be_moved(cluster: Cluster) -> None:
    moved = cluster.master.channel.run(["mv", f"--target-directory={ASIDE}", f"{MANIFESTS}/none.yaml"])
    assert (moved.status, "cannot stat" in moved.stderr) == (1, True)


def test_a_namespace_is_deleted_with_all_that_is_in_it(cluster: Cluster) -> None:
    cluster.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "spoilt"}})
    cluster.api.apply(NOTE)
    assert "spoilt" in NAMESPACES.parse(cluster.master.channel.run(NAMESPACES.argv))
    assert cluster.master.channel.run(["kubectl", "delete", "namespace", "spoilt"]).status == 0
    assert "spoilt" not in NAMESPACES.parse(cluster.master.channel.run(NAMESPACES.argv))
    assert cluster.api.list("ConfigMap", "spoilt") == []
    assert "NotFound" in cluster.master.channel.run(["kubectl", "delete", "namespace", "spoilt"]).stderr


def test_a_damaged_database_serves_nobody_and_is_not_the_one_beside_it(cluster: Cluster) -> None:
    ask = cluster.master.channel.run
    assert ETCD_DATABASE.parse(ask(ETCD_DATABASE.argv)) == "a database"
    assert ask(["dd", "if=/dev/zero", f"of={DATABASE}", "bs=4096", "count=2", "conv=notrunc,fsync"]).status == 0
    cluster.clock.pause(1)
    assert ETCD_DATABASE.parse(ask(ETCD_DATABASE.argv)) == "no database"
    assert ETCD_DATABASE_LOG.parse(ask(ETCD_DATABASE_LOG.argv)) == "failed to open database: invalid database"
    with pytest.raises(ApiError):
        cluster.api.list("Node")


def test_etcd_has_its_data_where_its_manifest_says(cluster: Cluster) -> None:
    ask, manifest = cluster.master.channel.run, "/etc/kubernetes/manifests/etcd.yaml"
    assert ETCD_DATA_DIR.parse(ask(ETCD_DATA_DIR.argv)) == "/var/lib/etcd"
    cluster.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "early"}})
    assert ask(["sed", "--in-place", "s#path: /var/lib/etcd$#path: /var/lib/etcd/empty#", manifest]).status == 0
    assert ETCD_DATA_DIR.parse(ask(ETCD_DATA_DIR.argv)) == "/var/lib/etcd/empty"
    ask(["sync"])
    cluster.master.cut()
    cluster.master.power_on()
    cluster.clock.pause(10)
    assert "early" not in [one["metadata"]["name"] for one in cluster.api.list("Namespace")]
