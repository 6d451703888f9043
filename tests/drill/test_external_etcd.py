"""etcd is a service, comes back under its own account, and the API server finds it by itself."""

from __future__ import annotations

import pytest

from harness.journal import History, Kind
from harness.verdict import judge
from tests.drill.rehearsing import STORIES, rehearse


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> History:
    """The drill, once."""
    return rehearse(STORIES["external-etcd"], tmp_path_factory.mktemp("told"))


def lines(history: History, node: str) -> list[str]:
    start, end = (history.first(Kind.RECOVERY, state=state) for state in ("start", "end"))
    assert start is not None
    assert end is not None
    typed = (event for event in history.of(Kind.COMMAND, node=node) if start.seq < event.seq < end.seq)
    return [" ".join(event.data["argv"]) for event in typed]


def test_what_was_restored_is_given_away_and_named_in_the_unit_before_etcd_starts(told: History) -> None:
    marks = ("snapshot restore", "chown --recursive etcd:", "sed --in-place", "daemon-reload", "restart etcd.service")
    ran = lines(told, "etcd1")
    places = [next(place for place, line in enumerate(ran) if mark in line) for mark in marks]
    assert places == sorted(places)


def test_the_api_server_is_neither_stopped_nor_told_anything(told: History) -> None:
    assert not [line for line in lines(told, "master1") if "manifests" in line or "kube-apiserver" in line]
    found = {one.check: one for one in judge(told).findings}
    assert "the API refused writes" in found["fault-bit"].saw
    assert "kube-apiserver on 'master1' runs since" in found["api-server-stayed"].saw
    assert "never restarted" in found["workloads-untouched"].saw
    assert "to list anew" in found["watch-continues"].saw


def test_questions_to_etcd_go_to_its_own_machine_and_those_to_the_control_plane_do_not(told: History) -> None:
    asked = {(event.data["fact"], event.data["subject"]) for event in told.of(Kind.FACT)}
    of_etcd = {subject for fact, subject in asked if fact in ("etcd-members", "etcd-disk", "snapshot-digest")}
    assert of_etcd == {"etcd1"}
    assert {subject for fact, subject in asked if fact in ("ca-cert", "pod-sandboxes")} == {"master1"}


def test_both_machines_are_booted_once_more(told: History) -> None:
    phase = next(event for event in told.of(Kind.PHASE, name="reboot", state="start"))
    boots = [event.data["on"] for event in told.of(Kind.WAIT, state="start") if event.seq > phase.seq]
    assert {"boot of 'etcd1' from OS disk 'a'", "boot of 'master1' from OS disk 'a'"} <= set(boots)
    (after,) = (one for one in judge(told).findings if one.check == "after-reboot")
    assert (after.outcome, after.params["etcd"]) == ("held", ["etcd1"])


def test_the_backup_holds_the_service_and_its_authority(told: History) -> None:
    (kept,) = told.of(Kind.FACT, fact="backup-files")
    for name in ("etcd/etcd1/etcd.service", "etcd/etcd1/pki/etcd/ca.key", "etcd/snapshot.db"):
        assert name in kept.data["stdout"]
