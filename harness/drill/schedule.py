"""Backups that come by themselves: they are waited for, one is cut, and the newest whole one is restored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from harness.backup import Bundle, bucket_server, cron_job, sftp_server
from harness.backup.access import Store
from harness.backup.bucket_client import BucketClient
from harness.backup.program import BEFORE_SNAPSHOT, SNAPSHOT_DB
from harness.backup.received import bundle_of
from harness.backup.remote_vault import RemoteVault, VaultClient
from harness.backup.scheduled import Job, Starter, install, slow_down
from harness.backup.sftp_client import SftpClient
from harness.clock import NotYet
from harness.cluster.cluster import Cluster
from harness.drill.closing import note
from harness.errors import DeadlineError, LabError
from harness.facts import Moment
from harness.facts.old_job import OLD_JOB_VERSION, OLD_MASTERS
from harness.facts.sidecar import SIDECAR_SNAPSHOT
from harness.facts.snapshot import SNAPSHOT, SNAPSHOT_DIGEST, SNAPSHOT_STATUS
from harness.facts.vault import CHOSEN_BACKUP, VAULT_CONTENT, StoredBackup
from harness.facts.witness import BACKUP_FILES
from harness.lab import Node
from harness.recoveries.recovery import RecoveryError
from harness.spec import Role

#: A snapshot of 1.1 MiB takes 36 s with it, and one look at the vault some tenths of a second.
_SLOW_KBIT_PER_SECOND = 250
#: A machine that has just booted may be without a network for a moment.
_REACHED = timedelta(seconds=30)
#: A server that was started just now; 5 s where twenty programs wanted two processors.
_SERVED = timedelta(minutes=2)

Patiently = Callable[[str, Callable[[], bool | NotYet], timedelta], bool]


class Schedule:
    """One control plane that backs itself up into the lab's vault."""

    def __init__(self, cluster: Cluster, job: Job) -> None:
        self.job = job
        self._cluster = cluster
        self._journal = cluster.journal
        self._vault: RemoteVault | None = None
        #: What was in the vault when it was restored from.
        self._restored_from: set[str] = set()

    @property
    def vault(self) -> RemoteVault:
        """How a client gets into the vault."""
        if self._vault is None:
            raise LabError("Nobody has begun to back up into the lab's vault yet")
        return self._vault

    @property
    def secret(self) -> str:
        """What opens the vault, and nobody may find in a report."""
        return self.vault.access.secret

    def begin(self) -> None:
        """Open the vault, and let the control plane back itself up from now on."""
        self._machine.power_on()
        self._vault = RemoteVault(client=self._open())
        if self.is_of_cluster:
            self._cluster.master.record(OLD_JOB_VERSION, Moment.BEFORE)
            self._cluster.master.record(OLD_MASTERS, Moment.BEFORE)
            cron_job.install(self._cluster.api, self.vault.access, self.job, self._snapshot)
        else:
            install(self._cluster.master, self.vault.access, self.job, self._snapshot)

    @property
    def is_of_cluster(self) -> bool:
        """Whether it comes back with the cluster."""
        return self.job.by is Starter.CRON_JOB

    def come_back(self, patiently: Patiently) -> None:
        """Where backups come back with the cluster, wait for one, and put what is in the vault on record."""
        if self.is_of_cluster:
            patiently(
                "a backup of the recovered cluster", partial(self._has_another, self._restored_from), self.job.every
            )
            self.record(Moment.REBOOTED)

    def first(self, patiently: Patiently) -> Bundle:
        """Wait until there are as many backups as are kept, and look at the newest while nothing depends on it."""
        patiently(f"{self.job.keep} backups in the vault", lambda: self._has_whole(self.job.keep), self.job.every)
        master = self._cluster.master
        stored = self._machine.ask(VAULT_CONTENT, Moment.BEFORE)
        taken = self.vault.take(master)
        files = {name: file for one in stored if one.name == taken.name for name, file in one.files.items()}
        listing = [{"path": name, "mode": f"{one.mode:04o}", "sha256": one.sha256} for name, one in files.items()]
        note(self._journal, BACKUP_FILES, Moment.BEFORE, listing)
        master.put(SNAPSHOT, taken.files[SNAPSHOT_DB], 0o600)
        master.record(SNAPSHOT_STATUS, Moment.BEFORE)
        master.record(SNAPSHOT_DIGEST, Moment.BEFORE)
        master.run(["rm", SNAPSHOT])
        return bundle_of(taken.files)

    def begin_upload(self, patiently: Patiently, between: Callable[[], None]) -> None:
        """See one more backup arrive, make the way to the vault slow, and wait until the next is half there."""
        known = {one.name for one in self._stored() if not one.why_not_whole}
        patiently("one more backup in the vault", partial(self._has_another, known), self.job.every)
        if self.is_of_cluster:
            access, slow = self.vault.access, _SLOW_KBIT_PER_SECOND
            cron_job.change(self._cluster.api, access, self.job, self._snapshot, kbit_per_second=slow)
        else:
            slow_down(self._cluster.master, _SLOW_KBIT_PER_SECOND)
        between()
        patiently("a backup that is half in the vault", self._is_uploading, self.job.every)

    def record(self, moment: str) -> None:
        """Put what is in the vault on record."""
        self._machine.record(VAULT_CONTENT, moment)

    def take(self, node: Node) -> Bundle:
        """The newest whole backup, for a machine that has nothing yet."""
        try:
            self._cluster.await_state("the vault to answer", partial(self.vault.answers, node), _REACHED)
        except DeadlineError as late:
            raise RecoveryError(f"The vault cannot be used from '{node.name}': {late}") from late
        taken = self.vault.take(node)
        self._restored_from = {one.name for one in self._stored()}
        told = {"chosen": taken.name, "passed_over": taken.passed_over}
        note(self._journal, CHOSEN_BACKUP, Moment.RECOVERED, told)
        return bundle_of(taken.files)

    def _open(self) -> VaultClient:
        if self.job.into is Store.SFTP:
            return SftpClient(access=sftp_server.serve(self._machine))
        client = BucketClient(access=bucket_server.serve(self._machine))
        bucket = partial(bucket_server.make_bucket, self._machine)
        self._cluster.await_state("the vault to have a bucket", bucket, _SERVED)
        return client

    @property
    def _snapshot(self) -> str:
        return SIDECAR_SNAPSHOT if self._cluster.spec.sidecar else ""

    @property
    def _machine(self) -> Node:
        return self._cluster.of_role(Role.VAULT)[0]

    def _stored(self) -> tuple[StoredBackup, ...]:
        # Straight through the channel: of many looks only the last one is of interest.
        return VAULT_CONTENT.parse(self._machine.machine.channel.run(VAULT_CONTENT.argv))

    def _has_whole(self, wanted: int) -> bool | NotYet:
        whole = [one.name for one in self._stored() if not one.why_not_whole]
        return True if len(whole) >= wanted else NotYet(f"{len(whole)} are whole")

    def _has_another(self, known: set[str]) -> bool | NotYet:
        new = [one for one in self._stored() if one.name not in known and not one.why_not_whole]
        return True if new else NotYet("none has arrived since")

    def _is_uploading(self) -> bool | NotYet:
        halves = [one.files for one in self._stored() if one.why_not_whole]
        if self.job.into is Store.BUCKET:
            # Of an object nothing is seen until it is whole: the others are there, and somebody is sending one more.
            begun = any(files.keys() == set(BEFORE_SNAPSHOT) for files in halves)
            under_way = begun and bucket_server.is_receiving(self._machine)
        else:
            under_way = any(SNAPSHOT_DB in files and files[SNAPSHOT_DB].bytes for files in halves)
        return True if under_way else NotYet("no upload is under way")
