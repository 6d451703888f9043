"""Where data are restored instead of kept, some answers mean the opposite."""

from __future__ import annotations

from typing import Any

from harness.facts import Moment
from harness.journal import History, Kind
from harness.verdict import Outcome, judge, planned
from tests.verdict import answers
from tests.verdict.answers import MASTER
from tests.verdict.edits import answering, edited
from tests.verdict.findings import PASSED, finding


def planning(check: str, **params: Any) -> History:
    """The story, with other parameters of a check."""
    lines = [
        {**line, "params": {**line["params"], **params}} if line["check"] == check else line
        for line in PASSED.events[1].data["checks"]
    ]
    return edited(PASSED, lambda event: event.kind is Kind.PLAN, checks=lines)


def test_what_was_written_after_the_backup_has_to_be_gone() -> None:
    restored = planning("late-object", restored=True)
    assert "still there" in finding(restored, "late-object").cause
    gone = answering(restored, "late-object", Moment.RECOVERED, "", status=404)
    assert finding(gone, "late-object").outcome is Outcome.HELD


def test_a_fresh_data_disk_is_another_one_than_before_and_stays_itself() -> None:
    fresh = planning("etcd-on-data-disk", fresh=True)
    assert "still that of before" in finding(fresh, "etcd-on-data-disk").cause
    disk = answers.mounts("/dev/loop7", "a-new-one", "/var/lib/etcd")
    replaced = answering(fresh, "etcd-disk", Moment.RECOVERED, disk)
    kept = answering(replaced, "etcd-disk", Moment.REBOOTED, disk)
    assert finding(kept, "etcd-on-data-disk").outcome is Outcome.HELD
    lost = answering(replaced, "etcd-disk", Moment.REBOOTED, answers.mounts("/dev/loop8", "third", "/var/lib/etcd"))
    assert "its UUID was a-new-one and is third" in finding(lost, "etcd-on-data-disk").cause


def test_a_revision_that_was_not_moved_far_enough_breaks() -> None:
    assert "not moved on by 1000000000" in finding(planning("etcd-revision", bumped_by=10**9), "etcd-revision").cause


def test_data_that_moved_to_another_folder_of_their_disk_are_where_they_belong() -> None:
    moved = {"spec": {"volumes": [answers.data_volume("/var/lib/etcd/from-backup")]}}
    history = PASSED
    for moment in (Moment.RECOVERED, Moment.REBOOTED):
        history = answering(history, "etcd-data-dir", moment, moved)
    found = finding(history, "etcd-on-data-disk")
    assert found.outcome is Outcome.HELD
    assert found.saw.endswith("its folder was /var/lib/etcd and is /var/lib/etcd/from-backup")


def test_a_ledger_that_nothing_is_promised_of_is_not_counted_as_lost() -> None:
    lost = answering(PASSED, "volume-ledger", Moment.RECOVERED, [])
    assert set(judge(lost).rpo.lost) == {"api", "volume"}
    spared = edited(
        lost, lambda event: event.kind is Kind.PLAN, checks=[planned("rpo", target_seconds=1.0, streams=["api"])]
    )
    assert set(judge(spared).rpo.lost) == {"api"}
    assert judge(spared).rpo.measured_seconds == 0


def test_the_snapshot_in_the_vault_is_found_among_the_other_files_of_its_backup() -> None:
    plan = edited(PASSED, lambda e: e.kind is Kind.PLAN, checks=[planned("snapshot-verified", machine=MASTER)])
    names = {"etcd/snapshot.db": "ab", "etcd/snapshot.db.sha256": "cd", "pki.tar": "ef"}
    files = [{"path": f"/vault/1/{name}", "mode": "0600", "sha256": digits * 32} for name, digits in names.items()]
    found = finding(answering(plan, "backup-files", Moment.BEFORE, files), "snapshot-verified")
    assert (found.outcome, found.saw[-64:]) == (Outcome.HELD, "ab" * 32)
    missing = finding(answering(plan, "backup-files", Moment.BEFORE, files[1:]), "snapshot-verified")
    assert missing.cause == "the vault holds no 'etcd/snapshot.db': the snapshot never arrived"
