"""One drill from the first line of its journal to the last."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from harness.backup import FolderVault
from harness.cluster.checkpoint import begin
from harness.cluster.cluster import Cluster
from harness.cluster.kubeadm import HostTraits
from harness.drill.catalog import DrillInfo
from harness.drill.closing import HostBefore, audit_host, keep_consoles, scan_for_secrets
from harness.drill.commit import known_commit
from harness.drill.drill import Drill
from harness.drill.intent import Intent
from harness.drill.kept import hand_over
from harness.drill.memory import measuring
from harness.drill.occasion import occasion
from harness.drill.place import told_place
from harness.drill.plan import compose
from harness.drill.targets import told_targets, under_policy
from harness.drill.traces import keep_traces
from harness.errors import JournalError, LabError
from harness.journal import Kind, read_journal
from harness.journal.event import SCHEMA
from harness.journal.writer import Journal, Listener
from harness.lab import Witness
from harness.ownership import Kind as Owned
from harness.ownership import cache_root, open_lease
from harness.providers.seam import Fidelity, Lab, Provider
from harness.sabotage import Sabotage
from harness.shortage import shortage
from harness.spec import ClusterSpec, LabSpec, PodNetwork, Role
from harness.spec.policy import Policy
from harness.verdict import Outcome, judge
from harness.verdict.hygiene import HostClean, NoSecretsInReports

#: What is looked at only when the lab is gone or kept: by then nothing of it is on record.
_LAST_LOOKS = (HostClean.name, NoSecretsInReports.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the user asked for."""

    run: str
    provider: Provider
    kubernetes: str
    folder: Path
    keep: str = "never"
    keep_for: timedelta = timedelta(hours=4)
    seed: int = 0
    sabotage: Sabotage | None = None
    pods: PodNetwork | None = None
    #: What the lab is made with besides, for the record.
    settings: Mapping[str, Any] = field(default_factory=dict)
    policy: Policy | None = None


class Session:
    """Holds one drill together: lab, cluster, witness, journal, and the end of all of them."""

    def __init__(
        self, order: Order, info: DrillInfo, lab: LabSpec, intent: Intent, listeners: tuple[Listener, ...] = ()
    ):
        self._order = order
        self._info = info
        self._spec = lab
        self._promised = intent
        self._intent = under_policy(intent, info.name, order.policy)
        self._noted: BaseException | None = None
        order.folder.mkdir(parents=True, exist_ok=True)
        (order.folder / "evidence").mkdir(exist_ok=True)
        self.journal = Journal(order.folder / "journal.jsonl", order.provider.clock, listeners)

    @contextlib.contextmanager
    def running(self) -> Iterator[Drill]:
        """The drill, ready for its scenario; however the block ends, the journal tells it and is closed."""
        outcome = "error"
        before = HostBefore.now()
        secrets: list[str] = []
        name = None
        try:
            self._open()
            with self._vault() as vault, self._lab() as lab:
                name = lab.name
                drill = self._drill(lab, vault)
                try:
                    with self._alive(drill, lab), self._errors_on_record():
                        yield drill
                except (KeyboardInterrupt, SystemExit):
                    outcome = "interrupted"
                    raise
                except Exception as error:
                    self._note_error("drill", error)
                    with contextlib.suppress(LabError):  # the first cause counts
                        keep_traces(drill.cluster, "error")
                    raise
                else:
                    outcome = "finished"
                finally:
                    secrets += drill.secrets
                    self._close_lab(drill.cluster, vault, outcome)
        except BaseException as error:
            # Also what comes while the lab is built or taken down: a story told to its end is none without that.
            if isinstance(error, KeyboardInterrupt | SystemExit):
                outcome = "interrupted"
            elif outcome == "finished":
                outcome = "error"
            self._note_error("lab", error)
            raise
        finally:
            with contextlib.ExitStack() as last:
                last.callback(self.journal.close)
                last.callback(self.journal.write, Kind.END, outcome=outcome)
                audit_host(self.journal, self._order.run, name, before)
                scan_for_secrets(self.journal, self._order.folder, secrets)

    def _open(self) -> None:
        provider = self._order.provider
        self.journal.write(
            Kind.DRILL,
            schema=SCHEMA,
            run=self._order.run,
            drill=self._info.name,
            claim=self._info.claim,
            provider=provider.name,
            fidelity=provider.fidelity,
            limits=list(provider.limits),
            kubernetes=self._order.kubernetes,
            lab=self._spec.shape,
            seed=self._order.seed,
            sabotage=self._order.sabotage.name if self._order.sabotage else None,
            controls=list(self._info.controls),
            occasion=asdict(occasion(os.environ)),
            version=version("kubedrill"),
            commit=known_commit(),
            settings=dict(self._order.settings),
            folder=told_place(self._order.folder, os.environ, Path.cwd()),
            host={"kernel": platform.release(), "processors": os.cpu_count()},
        )
        self.journal.write(
            Kind.PLAN,
            **compose(self._intent, self._spec, provider.fidelity, flannel=self._order.pods is None),
            **told_targets(self._promised, self._info.name, self._order.policy),
        )

    @contextlib.contextmanager
    def _vault(self) -> Iterator[FolderVault]:
        with open_lease(self._order.run) as lease:
            root = cache_root() / "vaults"
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder = root / lease.name
            lease.claim(Owned.FOLDER, str(folder))
            folder.mkdir(mode=0o700)
            try:
                yield FolderVault(folder)
            finally:
                # That of a kept lab has gone over to it.
                shutil.rmtree(folder, ignore_errors=not folder.exists())
                lease.release(Owned.FOLDER, str(folder))

    @contextlib.contextmanager
    def _lab(self) -> Iterator[Lab]:
        order = self._order
        with contextlib.ExitStack() as stack:
            # The turn of a lab is no part of what making it takes.
            with self.journal.wait("room for the lab on the host"):
                stack.enter_context(order.provider.room(self._spec))
            with self.journal.phase("lab"), self.journal.wait("disks and network of the lab"):
                lab = stack.enter_context(
                    order.provider.lab(
                        self._spec, kubernetes=order.kubernetes, run=order.run, folder=order.folder / "evidence"
                    )
                )
            with measuring(lab, self.journal):
                yield lab
            with self.journal.phase("teardown"), self.journal.wait("the lab to be taken down"):
                stack.close()

    def _drill(self, lab: Lab, vault: FolderVault) -> Drill:
        self.journal.write(Kind.LAB, kubernetes=lab.kubernetes, image=lab.image)
        endpoint = self._spec.endpoint if self._intent.shared_endpoint else self._spec.nodes[0].ip
        spec = ClusterSpec(
            kubernetes=lab.kubernetes,
            endpoint=endpoint,
            etcd=tuple(node.ip for node in self._spec.of_role(Role.ETCD)),
            network=self._order.pods,
            customised=self._intent.customised,
            encrypted=self._intent.encrypted,
            etcd_quota_mib=self._intent.etcd_quota_mib,
            sidecar=self._intent.sidecar,
            moves=bool(self._intent.moved),
            renames=bool(self._intent.renamed),
            leaves_last=self._intent.leaves_last * lab.pace if self._intent.leaves_last else None,
        )
        cluster = Cluster(spec, lab, self.journal, traits(self._order.provider.fidelity))
        return Drill(cluster, vault, self._intent, self._order.sabotage, seed=self._order.seed)

    @contextlib.contextmanager
    def _alive(self, drill: Drill, lab: Lab) -> Iterator[None]:
        cluster = drill.cluster
        with self.journal.phase("cluster"):
            begin(cluster, self._order.provider.name)
        witness = Witness(lab.network, cluster.witness_api(), self.journal, cluster.app, pace=lab.pace)
        with witness.watching():
            drill.attend(witness)
            yield

    def _close_lab(self, cluster: Cluster, vault: FolderVault, outcome: str) -> None:
        lab, order = cluster.lab, self._order
        keep_consoles(self.journal, lab, order.folder)
        if order.keep == "always" or (order.keep == "on-failure" and self._is_worth_a_look(outcome)):
            self.journal.write(Kind.NOTE, text=lab.keep(order.keep_for))
            if lab.name:
                hand_over(cluster, vault, order.run, self._info.name, order.provider, order.folder)

    def _is_worth_a_look(self, outcome: str) -> bool:
        """Whether something went wrong with the lab or the restore; who interrupts a drill has seen enough."""
        if outcome != "finished":
            return outcome != "interrupted"
        verdict = judge(read_journal(self.journal.path))
        known = [one for one in verdict.findings if one.check not in _LAST_LOOKS]
        wrong = [one for one in known if one.outcome in (Outcome.ERRORED, Outcome.BLOCKED)]
        return not known or bool(wrong) or any(one.required and one.outcome is Outcome.BROKEN for one in known)

    @contextlib.contextmanager
    def _errors_on_record(self) -> Iterator[None]:
        """An error is told before the witness stops: probes that end for its sake must not seem to precede it."""
        try:
            yield
        except Exception as error:
            self._note_error("drill", error)
            raise

    def _note_error(self, where: str, error: BaseException) -> None:
        if error is self._noted or not isinstance(error, Exception):
            return
        self._noted = error
        # On a full disk that is all that can be said: what cannot be written was told to whoever reads the error.
        with contextlib.suppress(JournalError):
            message = str(error) if isinstance(error, LabError) else shortage(error) or str(error)
            self.journal.write(Kind.ERROR, where=where, type=type(error).__name__, message=message)


def traits(fidelity: Fidelity) -> HostTraits:
    """What the machines' kernel allows."""
    shared = fidelity in (Fidelity.CONTAINER, Fidelity.REHEARSAL)
    v2 = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    emulated = fidelity is Fidelity.VM_EMULATED
    return HostTraits(cgroup_v1=shared and not v2, shared_kernel=shared, emulated=emulated)
