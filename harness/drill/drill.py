"""A drill as a scenario tells it: baseline, fault, recovery, expectation."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from harness.backup import Bundle, DamagedBackupError, FolderVault, control_plane
from harness.backup.keys import secrets_in
from harness.backup.scheduled import Job
from harness.backup.spoilt import Spoilt
from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.drill.closing import note
from harness.drill.displacement import Displacement
from harness.drill.examination import Examination
from harness.drill.intent import Intent
from harness.drill.joining import Joining
from harness.drill.keeping import fetch, keep
from harness.drill.offering import offer
from harness.drill.outage import Outage
from harness.drill.parting import Parting
from harness.drill.rebooting import reboot
from harness.drill.schedule import Schedule
from harness.drill.succession import Succession
from harness.drill.waiting import PodsBefore, Waiting
from harness.errors import LabError
from harness.facts import Moment
from harness.facts.leadership import Office
from harness.facts.pki import PKI_FILES
from harness.facts.witness import BACKUP_FILES
from harness.faults import Fault
from harness.journal import Kind
from harness.lab import Node, StepError, Witness
from harness.lab.turns import side_by_side
from harness.recoveries import Recovery
from harness.recoveries.recovery import RecoveryError
from harness.sabotage import Sabotage
from harness.spec import DataDisk

#: Between a backup that is to be restored and the fault.
_AGE = timedelta(seconds=3)
_PHOTO = f"{DataDisk.VOLUMES.mount_point}/ledger/photo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What was before; its content is in the journal."""

    join_hash: str


class Drill:
    """What a scenario has in its hands."""

    def __init__(
        self, cluster: Cluster, vault: FolderVault, intent: Intent, sabotage: Sabotage | None, *, seed: int = 0
    ) -> None:
        self.cluster = cluster
        self._vault = vault
        self._intent = intent
        self._sabotage = sabotage or Sabotage()
        self._journal = cluster.journal
        self._random = random.Random(seed)
        self._gave_up = False
        self._pods = PodsBefore()
        self._keys: list[str] = []
        self._examination: Examination | None = None
        self._joining: Joining | None = None
        self._schedule: Schedule | None = None
        self._waiting: Waiting | None = None
        self._witness: Witness | None = None
        self._displacement: Displacement | None = None

    def attend(self, witness: Witness) -> None:
        """Take the witness along."""
        self._witness = witness
        self._examination = Examination(self.cluster, witness, self._sabotage.leaves_out)
        self._waiting = Waiting(self.cluster, witness, briefly=not self._intent.keeps_configuration)
        self._joining = Joining(self.cluster, self._examination, self._waiting.patiently)
        if self._intent.displaced is not None:
            self._displacement = Displacement(self.cluster, self._examination, witness, self._intent.displaced)

    @property
    def examination(self) -> Examination:
        """Who asks the questions."""
        if self._examination is None:
            raise LabError("The drill has no witness yet")
        return self._examination

    @property
    def joining(self) -> Joining:
        """Who stands at the door of the cluster."""
        if self._joining is None:
            raise LabError("The drill has no witness yet")
        return self._joining

    @property
    def waiting(self) -> Waiting:
        """Who is patient."""
        if self._waiting is None:
            raise LabError("The drill has no witness yet")
        return self._waiting

    @property
    def _outage(self) -> Outage:
        return Outage(self.cluster, self.examination, self.waiting.patiently)

    @property
    def _parting(self) -> Parting:
        return Parting(self.cluster, self.examination, self.waiting.patiently, self._intent.isolated)

    @property
    def secrets(self) -> list[str]:
        """What nobody may find in a report."""
        credentials = self.cluster.credentials
        asked = (*self.examination.secrets, *self.joining.secrets) if self._witness else ()
        return [credentials.token, credentials.certificate_key, canary.SECRET, *self._keys, *asked]

    def schedule(self, job: Job) -> None:
        """Let the control plane back itself up into the lab's vault from now on."""
        self._schedule = Schedule(self.cluster, job)
        with self._journal.phase("schedule"):
            self._schedule.begin()

    def begin_upload(self) -> None:
        """Wait until one more backup has arrived, and the next, on a slow way, is half there."""
        if self._schedule is None:
            raise LabError("The drill has no schedule: its backup is taken by hand")
        with self._journal.phase("upload"):
            self._schedule.begin_upload(self.waiting.patiently, self.examination.write_late_object)

    def baseline(self) -> Baseline:
        """Put on record what will be compared, and take the backup."""
        with self._journal.phase("baseline"):
            carrier = self.cluster.nodes[self.cluster.carrier.name]
            carrier.put(_PHOTO, self._random.randbytes(256 * 1024))
            if self._intent.lacks_control_plane:
                self._outage.prepare()
            if self._intent.parted is not None:
                self._parting.prepare()
            if self._displacement is not None:
                self._displacement.prepare()
                self._displacement.look(Moment.BEFORE)
            self.examination.before()
            for bite in self._intent.bites:
                self.examination.ask_unasked(self.cluster.nodes[bite.node], bite.fact, Moment.BEFORE)
            self._pods = self.waiting.pods_before(
                self._intent.rebuilt if self._intent.in_place else self._intent.brought_back
            )
        with self._journal.phase("backup"):
            if self._schedule is not None:
                self._look_at(self._schedule)
            else:
                self._back_up()
                self.examination.write_late_object()
                if self._intent.restores_data:
                    self._let_it_age()
            self._sabotage.after_backup(self.cluster, self._intent.losing_at_most or timedelta(0))
        return Baseline(join_hash=self.cluster.join_hash())

    def _back_up(self) -> None:
        bundle = control_plane.take(self.cluster, self.cluster.master, with_data=self._intent.restores_data)
        # A recovery that grows a control plane makes another key for its certificates.
        self._keys = [*secrets_in(bundle), self.cluster.credentials.certificate_key]
        keep(self._vault, bundle, self._journal, as_pair=self._intent.from_pair)
        note(self._journal, BACKUP_FILES, Moment.BEFORE, self._vault.listing())
        for node in self.cluster.machines:
            node.run(["sync"])

    def _look_at(self, schedule: Schedule) -> None:
        """What came by itself is looked at, and nothing is taken by hand."""
        bundle = schedule.first(self.waiting.patiently)
        self._keys = [*secrets_in(bundle), self.cluster.credentials.certificate_key, schedule.secret]
        for node in self.cluster.machines:
            node.run(["sync"])

    def _let_it_age(self) -> None:
        """A backup is hardly ever taken in the moment before the loss: something is written after it."""
        with self._journal.wait("writes that the backup does not hold"):
            self._journal.clock.pause(_AGE.total_seconds())

    def issue_token(self, *, lasting: timedelta) -> None:
        """Issue a bootstrap token that expires soon; once it has, it must let nobody in."""
        self.joining.issue(lasting)

    def inject(self, fault: Fault) -> None:
        """Let the disaster happen, and prove that it did."""
        fault = self._sabotage.fault(fault)
        with self._journal.phase("fault"):
            self._journal.write(Kind.FAULT, fault=fault.name, node=fault.node, state="start")
            fault.strike(self.cluster)
            self._journal.write(Kind.FAULT, fault=fault.name, node=fault.node, state="end")
        with self._journal.phase("proof"):
            for bite in (one for one in fault.bites if one.moment == Moment.FAULTED):
                self.examination.ask_unasked(self.cluster.nodes[bite.node], bite.fact, Moment.FAULTED)
            if self._schedule is not None:
                self._schedule.record(Moment.FAULTED)

    def endure(self, lasting: timedelta) -> None:
        """Stay without what the fault took for so long, and see what goes on and what does not."""
        with self._journal.phase("outage"):
            (self._displacement or self._outage).endure(lasting)

    def stay_parted(self, lasting: timedelta) -> None:
        """Leave the network parted for so long, and see what each side does."""
        with self._journal.phase("parted"):
            self._sabotage.while_parted(self.cluster)
            self._parting.stay(lasting)

    def refuse(self, recovery: Recovery, *, each_of: Sequence[Spoilt]) -> None:
        """Offer a recovery bad backups, one after the other; it has to refuse each before it touches anything."""
        recovery, good = self._sabotage.recovery(recovery), fetch(self._vault, as_pair=self._intent.from_pair)
        with self._journal.phase("refusals"):
            accepted = offer(self.cluster, self.examination, recovery, good, each_of)
            if accepted:
                self._give_up(recovery, cause=f"it accepted the bad backup '{accepted}'")

    def recover(self, recovery: Recovery, *, within: timedelta) -> None:
        """Bring it back from what is kept off the machine; a step that is refused ends the attempt and is on record."""
        if self._gave_up:
            return
        node = self.cluster.nodes[recovery.node]
        recovery = self._sabotage.recovery(recovery)
        within = self._intent.imposed or within
        with self._journal.phase("recovery"), self.joining.on_the_way():
            self._recovery_event(recovery, "start", within_seconds=within.total_seconds())
            try:
                bundle = self._sabotage.bundle(self._from_vault(node))
                self._sabotage.before_recovery(self.cluster, node, within)
                recovery.run(self.cluster, bundle)
            except DamagedBackupError as damaged:
                # Nothing was touched yet, so there is nothing to look at.
                self._give_up(recovery, cause=str(damaged))
            except StepError as refused:
                self._give_up(recovery, cause=str(refused), argv=list(refused.argv), stderr=refused.output.stderr)
                self.examination.ask(node, PKI_FILES, Moment.FAILED)
            except RecoveryError as stuck:
                self._give_up(recovery, cause=str(stuck))
                self.waiting.keep_traces()
            else:
                self._recovery_event(recovery, "end")
                self._sabotage.after_recovery(self.cluster, node)

    def depose(self, *offices: Office) -> None:
        """Kill whoever leads, one after the other, and wait for who takes over."""
        if self._gave_up:
            return
        with self._journal.phase("takeovers"):
            succession = Succession(self.cluster, self.examination)
            for office in offices:
                succession.depose(office)

    def expect_survival(self, *, of: Baseline, losing_at_most: timedelta) -> None:  # noqa: ARG002
        """Ask everything that the plan wants answered; whether it survived is judged from the journal."""
        if self._gave_up:
            return
        with self._journal.phase("judgement"):
            with side_by_side(self._journal.clock, 1) as thread:
                self.examination.trials.begin()
                joined = thread.submit(self.joining.join, of.join_hash)
                self.waiting.for_workload()
                joined.result()
            self.waiting.for_pods(self._intent.brought_back, self._pods)
            if self._intent.lacks_control_plane:
                self._outage.settle()
            if self._intent.parted is not None:
                self._parting.settle()
            if self._displacement is not None:
                self._displacement.settle(self.waiting.patiently)
                self._displacement.look(Moment.RECOVERED)
            self.examination.recovered()
            self.joining.join_anew()
        with self._journal.phase("reboot"):
            reboot(self.cluster, self.examination, self.waiting, self._intent.rebooted)
            if self._schedule is not None:
                self._schedule.come_back(self.waiting.patiently)

    def _from_vault(self, node: Node) -> Bundle:
        if self._schedule is not None:
            self._sabotage.schedule(self._schedule.vault)
            # Whoever repeats the recovery by hand in a lab that is kept finds it beside the lab.
            keep(self._vault, self._schedule.take(node), self._journal, as_pair=False)
        self._sabotage.vault(self._vault)
        return fetch(self._vault, as_pair=self._intent.from_pair)

    def _give_up(self, recovery: Recovery, **why: object) -> None:
        self._gave_up = True
        self._recovery_event(recovery, "failed", **why)

    def _recovery_event(self, recovery: Recovery, state: str, **more: object) -> None:
        self._journal.write(Kind.RECOVERY, recovery=recovery.name, node=recovery.node, state=state, **more)
