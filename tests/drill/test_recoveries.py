from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from harness.cluster.cluster import Cluster
from harness.facts import Moment
from harness.journal import History, Kind
from harness.lab import Node
from harness.sabotage import Sabotage
from harness.verdict import judge
from tests.drill.rehearsing import STORIES, rehearse


def once(name: str, folder: Path) -> History:
    """A drill, performed outside of any test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBEDRILL_CACHE", str(folder / "cache"))
        patch.setattr("harness.ownership.lease.register_leases", str)
        return rehearse(STORIES[name], folder)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A destroyed control plane."""
    return once("destroyed-master", tmp_path_factory.mktemp("told"))


@pytest.fixture(scope="module")
def customised(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A customised control plane."""
    return once("custom-config", tmp_path_factory.mktemp("told"))


@pytest.fixture(scope="module")
def rolled_back(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A living control plane with older data."""
    return once("rollback", tmp_path_factory.mktemp("told"))


def commands(history: History, node: str = "master1") -> list[list[str]]:
    """What was typed on the control plane, or on another machine, during its recovery."""
    start, end = (history.first(Kind.RECOVERY, node=node, state=state) for state in ("start", "end"))
    assert start is not None
    assert end is not None
    typed = (event for event in history.of(Kind.COMMAND, node=node) if start.seq < event.seq < end.seq)
    return [list(event.data["argv"]) for event in typed]


def typed(history: History, node: str = "master1") -> list[str]:
    """The same as lines."""
    return [" ".join(argv) for argv in commands(history, node)]


def in_order(history: History, *marks: str, node: str = "master1") -> bool:
    """Whether lines with these marks come one after the other."""
    lines = typed(history, node)
    places = [next(place for place, line in enumerate(lines) if mark in line) for mark in marks]
    return places == sorted(places)


def test_a_snapshot_is_restored_under_the_members_own_name_beyond_all_revisions(history: History) -> None:
    (restore,) = [argv for argv in commands(history) if argv[0] == "etcdutl"]
    url = "https://10.77.0.11:2380"
    words = dict(itertools.pairwise(restore))
    assert words["--name"] == "master1"
    assert words["--initial-cluster"] == f"master1={url}"
    assert words["--initial-advertise-peer-urls"] == url
    assert words["--bump-revision"] == "1000000000"
    assert "--mark-compacted" in restore


def test_the_steps_come_in_the_order_of_the_runbook(history: History) -> None:
    assert in_order(history, "tar --extract", "etcdutl snapshot restore", "kubeadm init", "manifests/etcd.yaml", "sync")


def test_files_come_before_the_init_that_needs_them_and_static_pods_after_it(customised: History) -> None:
    last = ("manifests/second-scheduler.yaml", "systemctl restart kubelet.service", "sync")
    assert in_order(customised, "tar --extract", "/etc/kubernetes/admission/config.yaml", "kubeadm init", *last)


def test_manifests_that_kubeadm_makes_as_they_were_are_left_alone(history: History, customised: History) -> None:
    written = [line for told in (history, customised) for line in typed(told) if "install" in line]
    assert [line for line in written if "/manifests/" in line] == [
        "install --mode=0600 /dev/stdin /etc/kubernetes/manifests/second-scheduler.yaml"
    ]


def test_no_snapshot_is_left_on_the_machine(history: History) -> None:
    removed = [event for event in history.of(Kind.COMMAND) if list(event.data["argv"]) == _REMOVE]
    assert len(removed) == 2


_REMOVE = ["rm", "/run/kubedrill-snapshot.db"]


def test_a_backup_without_restore_takes_no_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("harness.ownership.lease.register_leases", str)
    history = rehearse(STORIES["os-disk-swap"], tmp_path)
    assert not [event for event in history.of(Kind.COMMAND) if "snapshot" in event.data["argv"]]


def test_a_rollback_restores_beside_before_it_stops_anything_and_exchanges_once_all_is_gone(
    rolled_back: History,
) -> None:
    steps = (
        "etcdutl snapshot restore",
        "manifests/etcd.yaml",
        "replaced/member",
        "restored/member /var/lib/etcd/member",
    )
    assert in_order(rolled_back, *steps, "stopped/etcd.yaml", "systemctl restart kubelet", "/readyz", "sync")
    seen = next(event for event in rolled_back.of(Kind.FACT, fact="pod-sandboxes", moment=Moment.STOPPED))
    away = next(event for event in rolled_back.of(Kind.COMMAND) if "/var/lib/etcd/replaced" in event.data["argv"])
    assert seen.seq < away.seq


def test_a_control_plane_that_does_not_stop_ends_the_recovery_before_its_data_are_touched(tmp_path: Path) -> None:
    class NobodyStops(Sabotage):
        name = "nobody-stops"

        def before_recovery(self, cluster: Cluster, node: Node, within: timedelta) -> None:  # noqa: ARG002
            node.run(["systemctl", "stop", "kubelet.service"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
        patch.setattr("harness.ownership.lease.register_leases", str)
        history = rehearse(STORIES["rollback"], tmp_path, sabotage=NobodyStops())
    found = {one.check: one for one in judge(history).findings}
    assert judge(history).word == "failed"
    assert "kube-scheduler-master1 ran still" in found["control-plane-stopped"].cause
    assert "Waited 60" in found["recovery-completed"].cause
    assert not [event for event in history.of(Kind.COMMAND) if "/var/lib/etcd/replaced" in event.data["argv"]]


def test_a_new_directory_is_filled_before_anything_stops_and_the_old_one_is_never_touched(tmp_path: Path) -> None:
    told = once("restore-new-dir", tmp_path)
    edit = "sed --in-place s#path: /var/lib/etcd$#path: /var/lib/etcd/from-backup#"
    assert in_order(told, "--data-dir /var/lib/etcd/from-backup", "manifests/etcd.yaml", edit, "stopped/etcd.yaml")
    assert not [line for line in typed(told) if "/var/lib/etcd/member" in line]


def test_a_new_disk_comes_only_once_nobody_can_start_on_it(tmp_path: Path) -> None:
    told = once("data-disk-failure", tmp_path)
    start = "systemctl start var-lib-etcd.mount"
    assert in_order(told, "manifests/etcd.yaml", "umount /var/lib/etcd", start, "etcdutl", "stopped/etcd.yaml")


def test_encryption_keys_come_before_the_init_that_needs_them(tmp_path: Path) -> None:
    assert in_order(
        once("encrypted-etcd", tmp_path), "tar --extract", "/etc/kubernetes/encryption/config.yaml", "kubeadm init"
    )


def test_a_control_plane_that_returns_by_power_alone_is_asked_to_do_nothing(tmp_path: Path) -> None:
    assert commands(once("master-outage", tmp_path)) == []


def test_lost_leaves_are_made_by_phases_and_not_by_an_init(tmp_path: Path) -> None:
    history = once("pki-loss", tmp_path)
    phases = ("kubeadm init phase certs all", "kubeadm init phase kubeconfig all")
    assert in_order(history, "tar --extract", *phases, "systemctl restart kubelet", "sync")
    assert not [line for line in typed(history) if line.startswith("kubeadm init --config")]


def test_expired_leaves_are_renewed_after_a_vain_init_and_the_worker_joins_again_by_a_token(tmp_path: Path) -> None:
    history = once("expired-certificates", tmp_path)
    renewed = ("kubeadm certs check-expiration", "kubeadm certs renew all", "kubeadm init phase kubeconfig all")
    assert in_order(history, "tar --extract", *renewed, "kubeadm init --config", "sync")
    refused = next(history.of(Kind.FACT, fact="init-refused"))
    assert "not signed by CA certificate ca" in refused.data["stderr"]
    assert in_order(
        history, "systemctl stop kubelet", "rm /etc/kubernetes/kubelet.conf", "kubeadm join", node="worker1"
    )


@pytest.fixture(scope="module")
def regrown(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A control plane of three of which one was left."""
    return once("quorum-loss", tmp_path_factory.mktemp("told"))


def test_a_survivor_is_stopped_restored_and_proven_alone_before_ghosts_go_and_others_join(regrown: History) -> None:
    first = ("etcdutl snapshot restore", "manifests/etcd.yaml", "replaced/member", "stopped/etcd.yaml", "/readyz")
    assert in_order(regrown, *first, "kubectl delete node master2 master3", "kubeadm init phase upload-certs", "sync")
    alone = next(event for event in regrown.of(Kind.FACT, fact="etcd-members", moment=Moment.ALONE))
    began = [
        event.seq for event in regrown.of(Kind.COMMAND) if event.data["argv"][:2] in (["kubectl", "delete"], _JOIN)
    ]
    assert len([seq for seq in began if seq > alone.seq]) == 3


_JOIN = ["kubeadm", "join"]


def test_the_key_of_the_certificates_is_new_and_nowhere_in_the_journal(regrown: History) -> None:
    uploads = [event for event in regrown.of(Kind.COMMAND) if "upload-certs" in event.data["argv"]]
    assert [event.data["argv"][-3] for event in uploads] == ["--skip-certificate-key-print"]
    found = {one.check: one for one in judge(regrown).findings}
    assert found["no-secrets-in-reports"].outcome == "held"


def test_every_machine_that_was_brought_back_survives_one_more_reboot(regrown: History) -> None:
    asked = [one.params["machine"] for one in judge(regrown).findings if one.check == "after-reboot"]
    assert asked == ["master1", "master2", "master3"]
    boots = {
        (event.data["subject"], event.data["moment"]): event.data["stdout"]
        for event in regrown.of(Kind.FACT, fact="boot-id")
    }
    assert all(boots[name, Moment.REBOOTED] != boots[name, Moment.RECOVERED] for name in asked)


def test_nobody_else_serves_before_the_older_state_does_and_all_get_the_same_new_manifests(tmp_path: Path) -> None:
    told = once("bad-state-all-alive", tmp_path)
    moved = "mv --no-target-directory /var/lib/etcd/member /var/lib/etcd/replaced/member"
    lines = [(event.data["node"], " ".join(event.data["argv"])) for event in told.of(Kind.COMMAND)]
    away = [node for node, line in lines if line == moved]
    assert sorted(away[:2]) == ["master2", "master3"]
    assert away[2] == "master1"
    new = "install --mode=0600 /dev/stdin /etc/kubernetes/stopped/kube-scheduler.yaml"
    assert [node for node, line in lines if line == new] == ["master1", "master2", "master3"]
    asked = [event for event in told.of(Kind.COMMAND) if event.data["argv"][-5:-3] == ["member", "add"]]
    assert [event.data["argv"][-3] for event in asked if event.data["status"] == 0] == ["master2", "master3"]
    assert [event.data["stderr"] for event in asked if event.data["status"]] != []
    found = {one.check: one for one in judge(told).findings}
    assert "12 static pods of 3 machines: 'recovery-" in found["one-revision"].saw
    assert found["one-cluster"].saw.endswith("'master2' and 'master3' silent")
