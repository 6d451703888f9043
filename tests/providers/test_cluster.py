"""The simulated cluster does what the real one does where drills depend on it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from harness.facts.fact import Output
from harness.facts.join import JOIN_WRONG_HASH
from harness.providers.rehearsal import RehearsalProvider
from harness.providers.rehearsal.api import SimulatedApi
from harness.providers.rehearsal.clock import VirtualClock
from harness.providers.rehearsal.machine import SimulatedMachine
from harness.providers.seam import ApiError
from harness.spec import parse_shape

PKI = "/etc/kubernetes/pki"
INIT = ("kubeadm", "init", "--ignore-preflight-errors=DirAvailable--var-lib-etcd", "--skip-token-print")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A control plane after a bare init, and the machine beside it."""

    master: SimulatedMachine
    worker: SimulatedMachine
    clock: VirtualClock
    api: SimulatedApi

    def join(self, pinned: str | None = None, token: str | None = None) -> Output:
        """The worker runs the join command, or one that is wrong in one place."""
        words = self.master.channel.run(["kubeadm", "token", "create", "--print-join-command"]).stdout.split()
        words[4], words[6] = token or words[4], pinned or words[6]
        return self.worker.channel.run(words)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    provider = RehearsalProvider()
    with provider.lab(parse_shape("1+1"), kubernetes="v1.34.4", run="test", folder=tmp_path) as lab:
        master, worker = lab.machines["master1"], lab.machines["worker1"]
        master.power_on()
        worker.power_on()
        master.channel.run(["systemctl", "enable", "--now", "var-lib-etcd.mount"])
        assert master.channel.run(INIT).status == 0
        provider.clock.pause(6)
        yield Cluster(master, worker, provider.clock, lab.network.api(admin(master)))


def admin(machine: SimulatedMachine) -> str:
    return machine.channel.get("/etc/kubernetes/admin.conf").decode()


def lose(machine: SimulatedMachine, *names: str) -> None:
    """Power off and forget files of the OS disk; etcd's data disk stays."""
    disk = machine.os_disks[machine.slot]
    machine.power_off()
    made_by_init = ("/etc/kubernetes/manifests/", "/var/lib/kubelet/")
    for path in list(disk.files):
        if path.startswith(made_by_init) or path.endswith(".conf") or path.removeprefix(f"{PKI}/") in names:
            del disk.files[path]
    disk.sync()
    machine.power_on()


def test_objects_get_an_identity_and_keep_it(cluster: Cluster) -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}}
    first = cluster.api.apply({**manifest, "data": {"x": "1"}})
    second = cluster.api.apply({**manifest, "data": {"y": "2"}})
    assert second["metadata"]["uid"] == first["metadata"]["uid"]
    assert int(second["metadata"]["resourceVersion"]) > int(first["metadata"]["resourceVersion"])
    assert second["data"] == {"x": "1", "y": "2"}
    assert cluster.api.apply(manifest)["metadata"]["resourceVersion"] == second["metadata"]["resourceVersion"]


def test_what_is_not_there_is_404_and_deleting_it_is_fine(cluster: Cluster) -> None:
    with pytest.raises(ApiError) as missing:
        cluster.api.get("ConfigMap", "a", "default")
    assert missing.value.status == 404
    cluster.api.delete("ConfigMap", "a", "default")
    with pytest.raises(ApiError, match='namespaces "nowhere" not found'):
        cluster.api.apply({"kind": "ConfigMap", "metadata": {"name": "a", "namespace": "nowhere"}})


def test_an_answer_belongs_to_who_asked(cluster: Cluster) -> None:
    cluster.api.get("Namespace", "default")["metadata"]["uid"] = "another"
    assert cluster.api.get("Namespace", "default")["metadata"]["uid"] != "another"


def test_a_watch_resumes_without_a_gap_and_is_told_when_it_must_list_anew(cluster: Cluster) -> None:
    api, limit = cluster.api, timedelta(seconds=1)
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}}
    since = api.apply(manifest)["metadata"]["resourceVersion"]
    api.apply({**manifest, "data": {"x": "1"}})
    api.delete("ConfigMap", "a", "default")
    assert [change for change, _ in api.watch("ConfigMap", "default", since=since, limit=limit)] == [
        "MODIFIED",
        "DELETED",
    ]
    member = cluster.master.control_plane.member
    assert member is not None
    etcd = member.etcd
    etcd.compacted = etcd.revision
    with pytest.raises(ApiError) as refused:
        list(api.watch("ConfigMap", "default", since=since, limit=limit))
    assert refused.value.status == 410


def test_a_watch_from_a_version_that_is_yet_to_come_is_silent_about_what_comes_before_it(cluster: Cluster) -> None:
    api, limit = cluster.api, timedelta(seconds=1)
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}}
    ahead = str(int(api.apply(manifest)["metadata"]["resourceVersion"]) + 99999)
    api.apply({**manifest, "data": {"x": "1"}})
    assert list(api.watch("ConfigMap", "default", since=ahead, limit=limit)) == []


def test_an_api_without_power_does_not_answer_and_comes_back_with_it(cluster: Cluster) -> None:
    before = cluster.api.get("Namespace", "kube-system")["metadata"]["uid"]
    cluster.master.cut()
    with pytest.raises(ApiError) as down:
        cluster.api.list("Node")
    assert down.value.status == 0
    cluster.master.power_on()
    cluster.clock.pause(10)
    assert cluster.api.get("Namespace", "kube-system")["metadata"]["uid"] == before


def test_a_new_leader_waits_for_the_lease_of_its_forerunner(cluster: Cluster) -> None:
    cluster.master.cut()
    cluster.master.power_on()
    plane, clock = cluster.master.control_plane, cluster.clock
    while not plane.is_serving:
        clock.pause(0.1)
    served = clock.monotonic()
    while not plane.is_leading:
        clock.pause(0.1)
    assert 15 <= clock.monotonic() - served <= 17.5


def test_a_right_join_is_taken_and_a_wrong_hash_or_token_refused_in_kubeadms_words(cluster: Cluster) -> None:
    wrong = cluster.join(pinned="sha256:" + "0" * 64)
    assert not JOIN_WRONG_HASH.parse(wrong).joined
    expired = cluster.join(token="abcdef.0123456789abcdef")
    assert 'could not find a JWS signature in the cluster-info ConfigMap for token ID "abcdef"' in expired.stderr
    assert cluster.join().status == 0
    cluster.clock.pause(1)
    assert cluster.api.get("Node", "worker1")["metadata"]["name"] == "worker1"
    assert "kubelet.conf already exists" in cluster.join().stderr


def test_a_certificate_without_its_key_is_taken_for_an_incomplete_external_ca(cluster: Cluster) -> None:
    lose(cluster.master, "ca.key")
    assert "stat /etc/kubernetes/admin.conf: no such file" in cluster.master.channel.run(INIT).stderr
    lose(cluster.master, "apiserver.crt", "apiserver.key")
    said = cluster.master.channel.run(INIT).stderr
    assert "invalid or incomplete external CA: failure loading certificate for API server" in said


def test_a_leaf_of_another_ca_is_refused(cluster: Cluster) -> None:
    lose(cluster.master, "ca.crt", "ca.key")
    said = cluster.master.channel.run(INIT).stderr
    assert "certificate apiserver is not signed by corresponding CA" in said


def test_a_new_ca_locks_out_who_knew_the_old_one(cluster: Cluster) -> None:
    old = admin(cluster.master)
    lose(cluster.master, "ca.crt", "ca.key", *(f"apiserver{part}" for part in LEAVES))
    assert cluster.master.channel.run(INIT).status == 0
    assert admin(cluster.master) != old
    with pytest.raises(ApiError, match="unknown authority") as refused:
        cluster.api.list("Node")
    assert refused.value.status == 0


LEAVES = (".crt", ".key", "-kubelet-client.crt", "-kubelet-client.key")


def test_a_new_signing_key_makes_old_tokens_worthless(cluster: Cluster) -> None:
    words = ["kubectl", "create", "token", "default", "--namespace", "default", "--duration=1h"]
    token = cluster.master.channel.run(words).stdout.strip()
    assert status_of(cluster, token) == 200
    lose(cluster.master)
    assert cluster.master.channel.run(INIT).status == 0
    assert status_of(cluster, token) == 200
    lose(cluster.master, "sa.key", "sa.pub")
    assert cluster.master.channel.run(INIT).status == 0
    assert status_of(cluster, token) == 401


def status_of(cluster: Cluster, token: str) -> int:
    """What the API says to a token."""
    document = yaml.safe_load(admin(cluster.master))
    document["users"] = [{"name": "bearer", "user": {"token": token}}]
    try:
        SimulatedApi(cluster.master.world, yaml.safe_dump(document)).list("Namespace")
    except ApiError as error:
        return error.status
    return 200


def test_a_second_init_keeps_the_objects_and_rewrites_what_kubeadm_owns(cluster: Cluster) -> None:
    untaint = ["kubectl", "taint", "nodes", "--all", "node-role.kubernetes.io/control-plane:NoSchedule-"]
    assert cluster.master.channel.run(untaint).status == 0
    assert cluster.master.channel.run(untaint).status == 1
    config = cluster.api.get("ConfigMap", "kubeadm-config", "kube-system")
    cluster.api.apply({**config, "data": {"ClusterConfiguration": "kind: ClusterConfiguration\n"}})
    uid = cluster.api.get("DaemonSet", "kube-proxy", "kube-system")["metadata"]["uid"]
    lose(cluster.master)
    assert cluster.master.channel.run(INIT).status == 0
    assert cluster.api.get("DaemonSet", "kube-proxy", "kube-system")["metadata"]["uid"] == uid
    assert cluster.api.get("ConfigMap", "kubeadm-config", "kube-system")["data"] == config["data"]
    assert [taint["effect"] for taint in cluster.api.get("Node", "master1")["spec"]["taints"]] == ["NoSchedule"]


def test_an_init_over_a_living_control_plane_or_a_filled_folder_is_refused(cluster: Cluster) -> None:
    assert "kube-apiserver.yaml already exists" in cluster.master.channel.run(INIT).stderr
    lose(cluster.master)
    assert "/var/lib/etcd is not empty" in cluster.master.channel.run(["kubeadm", "init"]).stderr


def test_an_etcd_without_its_disk_begins_anew_and_is_another_cluster(cluster: Cluster) -> None:
    before = cluster.api.get("Namespace", "kube-system")["metadata"]["uid"]
    lose(cluster.master)
    cluster.master.channel.run(["systemctl", "disable", "--now", "var-lib-etcd.mount"])
    assert cluster.master.channel.run(INIT).status == 0
    assert cluster.api.get("Namespace", "kube-system")["metadata"]["uid"] != before


def test_secrets_are_stored_as_data(cluster: Cluster) -> None:
    manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "default"}}
    stored = cluster.api.apply({**manifest, "stringData": {"word": "open"}})
    assert "stringData" not in stored
    assert base64.b64decode(stored["data"]["word"]) == b"open"
