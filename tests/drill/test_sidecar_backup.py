"""Snapshots by a second container of etcd's pod: they come back, and so does it."""

from __future__ import annotations

import pytest
import yaml

from harness.cluster import sidecar
from harness.facts.sidecar import SIDECAR, SIDECAR_SNAPSHOT
from harness.journal import History, Kind
from harness.verdict import judge
from tests.drill.test_recoveries import in_order, once


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A control plane whose sidecar took the snapshots."""
    return once("sidecar-backup", tmp_path_factory.mktemp("told"))


def test_the_snapshots_of_the_sidecar_come_back_and_nobody_takes_one_by_hand(history: History) -> None:
    verdict = judge(history)
    assert verdict.passed, verdict.cause
    typed = [event.data["argv"] for event in history.of(Kind.COMMAND)]
    assert not [argv for argv in typed if argv[0] == "etcdctl"]
    saw = {one.check: one.saw for one in verdict.findings}
    assert "'etcd' and 'snapshots' run" in saw["sidecar-back"]
    assert "of 2 snapshots" in saw["snapshots-fresh"]


def test_the_patches_are_there_before_kubeadm_writes_the_manifest_again(history: History) -> None:
    assert in_order(history, "tar --extract", f"{sidecar.PATCHES}/etcd+strategic.yaml", "kubeadm init")


def test_etcd_stays_the_first_container_and_the_sidecar_ends_when_it_is_told() -> None:
    (text,) = sidecar.files().values()
    etcd, taker = yaml.safe_load(text)["spec"]["containers"]
    # A patch that names only its own container puts it before etcd's.
    assert (etcd, taker["name"]) == ({"name": "etcd"}, SIDECAR)
    assert "trap 'exit 0' TERM" in taker["command"][-1]
    assert f"snapshot save {SIDECAR_SNAPSHOT}" in taker["command"][-1]
