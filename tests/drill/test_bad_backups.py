"""A backup that is no good is refused for what is wrong with it, and before anything is touched."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from harness import faults, recoveries
from harness.backup import Bundle
from harness.backup.records import CLUSTER, MEMBER
from harness.backup.snapshot import SNAPSHOT_FILE
from harness.backup.spoilt import SPOILT, of_another_cluster
from harness.drill import Drill
from harness.errors import LabError
from harness.journal import History, Kind
from harness.sabotage.snapshot_trouble import UncheckedBackup
from harness.verdict import judge
from tests.drill.rehearsing import STORIES, rehearse
from tests.drill.test_recoveries import once

UID = "11111111-2222-4333-8444-555555555555"
BODY = f"something {UID} and more {UID}".encode()
GOOD = Bundle(
    {
        SNAPSHOT_FILE: BODY + hashlib.sha256(BODY).digest(),
        MEMBER: b'{"name": "master1", "peer_urls": []}',
        CLUSTER: json.dumps({"uid": UID}).encode(),
    }
)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Five bad backups and a good one."""
    return once("bad-backup", tmp_path_factory.mktemp("told"))


@pytest.mark.parametrize(
    ("backup", "words"),
    [
        ("truncated", "expected sha256"),
        ("empty", "cannot be used"),
        ("flipped", "expected sha256"),
        ("of-another-cluster", "is of another cluster: its kube-system has the UID 0badc1a5-"),
        ("of-another-member", "of the member 'master9' at https://10.77.0.19:2380, not of 'master1' at 10.77.0.11"),
    ],
)
def test_each_is_refused_for_what_is_wrong_with_it(backup: str, words: str, history: History) -> None:
    (refused,) = history.of(Kind.RECOVERY, state="refused", backup=backup)
    assert words in refused.data["cause"]


def test_all_of_them_are_offered_before_the_good_one_is_restored(history: History) -> None:
    refused = list(history.of(Kind.RECOVERY, state="refused"))
    begun, ended = (history.first(Kind.RECOVERY, state=state) for state in ("start", "end"))
    assert [event.data["backup"] for event in refused] == [one.name for one in SPOILT]
    assert begun is not None
    assert ended is not None
    assert refused[-1].seq < begun.seq < ended.seq


def test_a_look_at_a_backup_leaves_nothing_on_the_machine(history: History) -> None:
    removed = ["rm", "--recursive", "--force", "/run/kubedrill-trial", "/run/kubedrill-snapshot.db"]
    looked = list(history.of(Kind.FACT, fact="snapshot-status", moment="offered"))
    assert len(looked) == len(SPOILT)  # the member's record is read first, and the good one is looked at as well
    assert len([event for event in history.of(Kind.COMMAND) if list(event.data["argv"]) == removed]) == len(looked)


def test_who_accepts_one_is_offered_no_other_and_gets_no_good_one(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
        patch.setattr("harness.ownership.lease.register_leases", str)
        told = rehearse(STORIES["bad-backup"], tmp_path, sabotage=UncheckedBackup())
    assert judge(told).cause == "the backup 'of-another-cluster' was accepted"
    assert not list(told.of(Kind.RECOVERY, state="refused"))
    assert told.first(Kind.RECOVERY, state="start") is None


def test_each_is_another_backup_and_the_good_one_stays_good() -> None:
    spoilt = [one.of(GOOD) for one in SPOILT]
    assert len({tuple(sorted(one.digests.items())) for one in (*spoilt, GOOD)}) == len(SPOILT) + 1
    assert {one.name for one in SPOILT} == {"truncated", "empty", "flipped", "of-another-cluster", "of-another-member"}


def test_a_snapshot_of_another_cluster_has_a_digest_that_is_right() -> None:
    content = of_another_cluster(GOOD).files[SNAPSHOT_FILE]
    assert content[-32:] == hashlib.sha256(content[:-32]).digest()
    assert UID.encode() not in content
    assert len(content) == len(GOOD.files[SNAPSHOT_FILE])


def test_a_snapshot_without_its_clusters_uid_cannot_be_made_anothers() -> None:
    with pytest.raises(LabError, match="does not hold the UID"):
        of_another_cluster(Bundle({**GOOD.files, CLUSTER: b'{"uid": "22222222-0000-4000-8000-000000000000"}'}))


@pytest.mark.lab("1")
def other_order(drill: Drill) -> None:
    """Only the last of them is offered."""
    before = drill.baseline()
    drill.inject(faults.DeleteNamespace(drill.cluster.master))
    drill.refuse(recoveries.RollBack(drill.cluster.master), each_of=SPOILT[2:3])
    drill.recover(recoveries.RollBack(drill.cluster.master), within=timedelta(minutes=2))
    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=30))


def test_etcdutl_itself_refuses_too_late(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
        patch.setattr("harness.ownership.lease.register_leases", str)
        told = rehearse(other_order, tmp_path, sabotage=UncheckedBackup())
    assert "'truncated' was refused only when /var/lib/etcd/restored" in judge(told).cause
