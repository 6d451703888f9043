"""Backups that come by themselves: one is cut, and the newest whole one comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from harness.backup.remote_vault import RemoteVault
from harness.cluster.cluster import Cluster
from harness.facts import Output
from harness.facts.vault import BACKUPS, VAULT_CONTENT, newest_whole
from harness.journal import History, Kind
from harness.lab import Node
from harness.sabotage import Sabotage
from harness.verdict import Outcome, Verdict, judge
from tests.drill.rehearsing import STORIES, rehearse
from tests.drill.test_recoveries import once


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A control plane that was lost in the midst of its next backup."""
    return once("scheduled-backup", tmp_path_factory.mktemp("told"))


def seen(verdict: Verdict, check: str) -> str:
    (found,) = (one for one in verdict.findings if one.check == check)
    return found.saw


def test_a_whole_backup_comes_back_and_not_the_one_that_was_cut(history: History) -> None:
    verdict = judge(history)
    assert verdict.passed, verdict.cause
    assert ".part' is not whole: it has no manifest" in seen(verdict, "newest-whole-chosen")
    assert "2 whole backups" in seen(verdict, "backups-on-time")
    assert "dropped" in seen(verdict, "retention-kept")
    assert "an interval of 15.0 s" in seen(verdict, "loss-within-schedule")


def test_no_snapshot_is_taken_by_hand(history: History) -> None:
    typed = [event.data["argv"] for event in history.of(Kind.COMMAND)]
    assert not [argv for argv in typed if argv[0] == "etcdctl"]
    assert [argv for argv in typed if argv[0] == "sftp"]


class Meddling(Sabotage):
    """Does something to the vault's machine once the control plane is lost."""

    name = "meddling"
    does = "meddles with the vault"

    def __init__(self, what: Callable[[Node], None]) -> None:
        self._what = what
        self._machine: Node | None = None

    def after_backup(self, cluster: Cluster, losing_at_most: timedelta) -> None:  # noqa: ARG002
        self._machine = cluster.nodes["vault1"]

    def schedule(self, vault: RemoteVault) -> None:  # noqa: ARG002
        assert self._machine is not None
        self._what(self._machine)


def newest(vault: Node) -> str:
    found = newest_whole(VAULT_CONTENT.parse(vault.machine.channel.run(VAULT_CONTENT.argv)))
    assert found is not None
    return found.name


def rot(vault: Node) -> None:
    """One file of the newest backup changes where it lies."""
    vault.machine.channel.put(f"{BACKUPS}/{newest(vault)}/snapshot.db", b"rotten", 0o600)


def change_key(vault: Node) -> None:
    """Somebody else answers under the vault's address."""
    vault.machine.channel.put("/etc/kubedrill/vault/host_key.pub", b"ssh-ed25519 another root@vault1\n")


def lead_astray(vault: Node) -> None:
    """The newest manifest names a file outside of its backup."""
    manifest = b'{"taken": "2030-01-01T00:00:00Z", "node": "x", "files": {"../../etc/passwd": "00"}}\n'
    vault.machine.channel.put(f"{BACKUPS}/{newest(vault)}/manifest.json", manifest, 0o600)


def drop_snapshot(vault: Node) -> None:
    """One file of the newest backup is lost where it lies."""
    vault.machine.channel.run(["rm", f"{BACKUPS}/{newest(vault)}/snapshot.db"])


def change_certificate(vault: Node) -> None:
    """Somebody else answers under the vault's address, and has a certificate of their own."""
    vault.machine.channel.put("/etc/kubedrill/vault/cert.pem", b"another", 0o600)


def forget_account(vault: Node) -> None:
    """The account of those who back up is there no more."""
    vault.machine.channel.put("/etc/kubedrill/vault/accounts/users.json", b'{"accessAccounts": {}}', 0o600)


@pytest.mark.parametrize(
    ("what", "why"), [(rot, "its digest differs"), (lead_astray, "names what is no file of a backup")]
)
def test_a_backup_that_is_not_what_was_sent_is_passed_over_for_the_one_before(
    what: Callable[[Node], None], why: str, tmp_path: Path
) -> None:
    history = rehearse(STORIES["scheduled-backup"], tmp_path, sabotage=Meddling(what))
    (told,) = history.of(Kind.FACT, fact="chosen-backup")
    assert why in told.data["stdout"]
    # The older one was restored; that the newer one had been whole before is on record, too.
    assert "was restored, and the newest whole backup is" in judge(history).cause


def test_a_vault_with_another_host_key_is_not_talked_to(tmp_path: Path) -> None:
    verdict = judge(rehearse(STORIES["scheduled-backup"], tmp_path, sabotage=Meddling(change_key)))
    assert verdict.word == "failed"
    assert "The vault cannot be used from 'master1'" in verdict.cause
    assert "Host key verification failed" in verdict.cause


@pytest.mark.parametrize(
    ("what", "why"), [(change_certificate, "SSL certificate problem"), (forget_account, "returned error: 403")]
)
def test_a_bucket_that_is_not_the_one_that_is_known_or_lets_nobody_in_is_not_restored_from(
    what: Callable[[Node], None], why: str, tmp_path: Path
) -> None:
    verdict = judge(rehearse(STORIES["cron-job-backup"], tmp_path, sabotage=Meddling(what)))
    assert verdict.word == "failed"
    assert "The vault cannot be used from 'master1'" in verdict.cause
    assert why in verdict.cause


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (rot, "its 'snapshot.db' is not what was sent: its digest differs"),
        (drop_snapshot, "it is not whole: 'snapshot.db' is missing"),
        (lead_astray, "names what is no file of a backup"),
    ],
)
def test_a_bucket_whose_one_backup_is_damaged_holds_none(
    what: Callable[[Node], None], why: str, tmp_path: Path
) -> None:
    verdict = judge(rehearse(STORIES["cron-job-backup"], tmp_path, sabotage=Meddling(what)))
    assert verdict.word == "failed"
    assert "The vault holds no whole backup, but" in verdict.cause
    assert why in verdict.cause


def test_of_an_object_that_is_cut_nothing_is_seen(tmp_path: Path) -> None:
    """The others are there, and neither the snapshot nor the manifest: that a backup was under way is on record."""
    history = rehearse(STORIES["cron-job-backup"], tmp_path)
    told = next(one for one in history.of(Kind.FACT, fact="vault-content") if one.data["moment"] == "faulted")
    (cut,) = (one for one in VAULT_CONTENT.parse(Output(status=0, stdout=told.data["stdout"])) if one.why_not_whole)
    assert "kube-proxy.json" in cut.files
    assert not {"snapshot.db", "manifest.json"} & set(cut.files)
    assert f"'{cut.name}' is not whole: it has no manifest" in seen(judge(history), "newest-whole-chosen")


class Listening(Sabotage):
    """Remembers what opens the vault, and spoils nothing."""

    name = "listening"
    does = "nothing"

    def __init__(self) -> None:
        self.secret = ""

    def schedule(self, vault: RemoteVault) -> None:
        self.secret = vault.access.secret


@pytest.mark.parametrize("drill", ["scheduled-backup", "cron-job-backup"])
def test_what_opens_the_vault_is_nowhere_in_the_journal(drill: str, tmp_path: Path) -> None:
    listening = Listening()
    rehearse(STORIES[drill], tmp_path, sabotage=listening)
    assert len(listening.secret) >= 40
    told = [path.read_text() for path in tmp_path.rglob("*.jsonl")]
    assert told
    assert not [text for text in told if listening.secret in text]


def test_backups_of_a_cron_job_go_on_once_the_cluster_is_back(tmp_path: Path) -> None:
    history = rehearse(STORIES["cron-job-backup"], tmp_path)
    verdict = judge(history)
    assert verdict.passed, verdict.cause
    assert "after the recovery" in seen(verdict, "schedule-back")
    (written,) = (one for one in verdict.findings if one.check == "job-as-written")
    assert written.outcome is Outcome.OBSERVED
    assert "serves no `batch/v1beta1` any more" in written.cause
    typed = [" ".join(event.data["argv"]) for event in history.of(Kind.COMMAND)]
    assert not [one for one in typed if "kubedrill-backup.timer" in one]
