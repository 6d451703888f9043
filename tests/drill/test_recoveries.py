from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from harness.journal import History, Kind
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


def commands(history: History) -> list[list[str]]:
    """What was typed on the control plane during the recovery."""
    start, end = (history.first(Kind.RECOVERY, state=state) for state in ("start", "end"))
    assert start is not None
    assert end is not None
    typed = (event for event in history.of(Kind.COMMAND, node="master1") if start.seq < event.seq < end.seq)
    return [list(event.data["argv"]) for event in typed]


def typed(history: History) -> list[str]:
    """The same as lines."""
    return [" ".join(argv) for argv in commands(history)]


def in_order(history: History, *marks: str) -> bool:
    """Whether lines with these marks come one after the other."""
    places = [next(place for place, line in enumerate(typed(history)) if mark in line) for mark in marks]
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
