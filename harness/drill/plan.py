"""The plan: every check that a drill will be judged by, decided before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from harness.cluster import canary
from harness.cluster.flannel import NAMESPACE as NETWORK
from harness.drill.intent import Intent
from harness.drill.of_address import made_anew, members_of, of_identity, readdressed, renamed
from harness.drill.of_displacement import of_displacement
from harness.drill.of_schedule import of_schedule, of_sidecar
from harness.drill.plan_of_members import regrown, succession
from harness.drill.plan_of_sides import parted
from harness.facts import Moment
from harness.providers.seam import Fidelity
from harness.spec import DataDisk, LabSpec, Role
from harness.verdict import not_applicable, observed, planned

_BARE = "a bare init knows nothing of the configuration of before"
_NO_SUBNET = "without podSubnet the controller-manager gives a new Node no addresses for pods, so it cannot be Ready"
_REREAD = "add-ons read the configuration that a bare init wrote only when they start anew"
_SEEN = (canary.SEED_NAMESPACE,)
_TAINTED = "a bare init puts the taint on again, so that no new pod finds a machine"
#: The trial of a rollout changes it after the recovery.
_ROLLED = (f"Deployment {canary.NAMESPACE}/roller",)
_KEPT = "etcd's data are kept, so no snapshot is restored"
_AS_MADE = "the control plane is as kubeadm makes it"
_YOUNG = "certificates outlast the drill"
_LASTING = "each token outlasts the drill"
_IN_THE_CLEAR = "the API server encrypts nothing, so etcd holds Secrets as they are"
_ROOMY = "etcd has room enough"
_MIB = 1024 * 1024
_OUTAGE = ("served-throughout", "container-restarted", "pod-not-replaced", "operations-stopped", "returned-by-itself")
_WORKLOADS = (canary.NAMESPACE, canary.SEED_NAMESPACE)


def compose(intent: Intent, lab: LabSpec, fidelity: Fidelity, *, flannel: bool = True) -> dict[str, Any]:
    """The PLAN event of a drill."""
    checks = [
        *_fault(lab, intent),
        *succession(intent, fidelity),
        *_outage(lab, intent),
        *parted(lab, intent, fidelity),
        *of_displacement(lab, intent, fidelity),
        *_identity(lab, intent),
        *of_identity(lab, intent),
        *_state(lab, intent),
        *_space(lab, intent),
        *_customised(lab, intent),
        *_promises(lab, intent, fidelity),
        *_volumes(lab, intent),
        *_untouched(lab, intent),
        *_life(lab, intent, ("kube-system", NETWORK) if flannel else ("kube-system",)),
        *_hygiene(lab, intent),
    ]
    return {"checks": checks, "rto_seconds": _seconds(intent.within), "rpo_seconds": _seconds(intent.losing_at_most)}


def _seconds(promise: timedelta | None) -> float:
    return (promise or timedelta(0)).total_seconds()


def _master(lab: LabSpec) -> str:
    return lab.of_role(Role.CONTROL_PLANE)[0].name


def _etcd(lab: LabSpec) -> str:
    return lab.etcd_nodes[0].name


def _external(lab: LabSpec) -> tuple[str, ...]:
    """The machines that etcd has to itself."""
    return tuple(node.name for node in lab.of_role(Role.ETCD))


def _carrier(lab: LabSpec) -> str:
    return (lab.of_role(Role.WORKER) or lab.of_role(Role.CONTROL_PLANE))[0].name


def _fault(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    differs = [
        {
            "fact": bite.fact.name,
            "subject": bite.node,
            "after": str(bite.moment),
            **({"field": bite.field} if bite.field else {}),
        }
        for bite in intent.bites
    ]
    yield planned("fault-bit", differs=differs, api_refused=intent.stops_api)
    if intent.restores_data:
        kept: dict[str, Any] = {"file": ".db"} if intent.from_pair or intent.job is not None else {}
        yield planned("snapshot-verified", machine=_etcd(lab), **kept)
    else:
        yield not_applicable("snapshot-verified", why=_KEPT)
    for check in ("backup-pair", "keys-apart"):
        yield planned(check) if intent.from_pair else not_applicable(check, why="the backup is kept file by file")
    yield from of_schedule(lab, intent)
    yield from of_sidecar(lab, intent)
    if intent.refused:
        offered: dict[str, Any] = {"backups": tuple(intent.refused), "blank": not intent.in_place}
        yield planned("bad-backups-refused", machine=_master(lab), **offered)
    else:
        yield not_applicable("bad-backups-refused", why="no bad backup is offered")
    if _external(lab):
        yield not_applicable("control-plane-stopped", why="etcd is no static pod, and the API server waits for it")
    elif intent.restores_data and intent.in_place:
        for name in (_master(lab), *(name for name in intent.regrown if name not in intent.rebuilt)):
            yield planned("control-plane-stopped", machine=name)
    else:
        yield not_applicable("control-plane-stopped", why="the recovery finds no control plane that runs")
    yield from regrown(lab, intent)
    yield planned("recovery-completed", machine=intent.recoveries[0].node, count=len(intent.recoveries))
    if intent.outlives:
        yield planned("expiry-diagnosed", machine=_master(lab))
    else:
        yield not_applicable("expiry-diagnosed", why=_YOUNG)


def _outage(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    workers = tuple(node.name for node in lab.of_role(Role.WORKER))
    if not intent.lacks_control_plane or not workers:
        why = "nobody looks at the time without a control plane" if workers else "the lab has no worker"
        for check in _OUTAGE:
            yield not_applicable(check, why=why)
        return
    yield planned("served-throughout")
    yield planned("container-restarted", machine=workers[0])
    yield planned("pod-not-replaced", machines=workers)
    yield planned("operations-stopped", spare=lab.of_role(Role.SPARE)[0].name)
    yield planned("returned-by-itself", machine=_master(lab))


def _identity(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    master, spare = _master(lab), lab.of_role(Role.SPARE)[0].name
    yield planned("join-hash", machine=master)
    if intent.keeps_configuration:
        yield planned("certificates", machine=master, remade=intent.remakes)
    else:
        yield observed("certificates", why="only the CA is put back", machine=master)
    for name in _external(lab):
        yield planned("certificates", machine=name)
    if intent.rejoined:
        yield planned("worker-rejoined", machine=intent.rejoined[0])
    else:
        yield not_applicable("worker-rejoined", why="no worker has to join again")
    yield (
        planned("old-join", spare=spare)
        if intent.keeps_configuration
        else observed("old-join", why=_NO_SUBNET, spare=spare)
    )
    yield planned("wrong-hash-refused", spare=spare)
    if intent.token_lasts is not None:
        yield planned("expired-token-refused", spare=spare)
        yield planned("new-token-joins", machine=master, spare=spare)
    else:
        for check in ("expired-token-refused", "new-token-joins"):
            yield not_applicable(check, why=_LASTING)
    if intent.keeps_configuration:
        yield planned("old-tokens", machine=master)
    else:
        yield observed("old-tokens", why="the signing key of service accounts is not put back", machine=master)


def _state(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    spare = lab.of_role(Role.SPARE)[0].name
    for name in _external(lab) or intent.brought_back or (_master(lab),):
        told: dict[str, Any] = {"machine": name, "fresh": intent.loses(DataDisk.ETCD, name)}
        yield planned("etcd-on-data-disk", service=bool(_external(lab)), **told)
    for name in _external(lab):
        yield planned("etcd-service", machine=name, directory=intent.directory)
    if not _external(lab):
        yield not_applicable("etcd-service", why="etcd is a static pod, and its files are root's")
    members = members_of(lab, intent)
    yield planned("etcd-members", machine=_etcd(lab), members=members)
    yield planned("etcd-health", machine=_etcd(lab), members=len(members))
    yield planned("objects-survived", machine=_etcd(lab), ignoring=(*_ROLLED, *made_anew(intent)))
    yield planned("late-object", restored=intent.restores_data)
    if intent.restores_data:
        yield planned("etcd-revision", machine=_etcd(lab))
    else:
        yield not_applicable("etcd-revision", why=_KEPT)
    for check in ("kubeadm-config", "kube-proxy-config", "kubelet-config"):
        # The address of the control plane itself is in the first two of them.
        moved: dict[str, Any] = dict(readdressed(lab, intent)) if check != "kubelet-config" else {}
        yield planned(check, **moved) if intent.keeps_configuration else observed(check, why=_BARE)
    if intent.keeps_configuration:
        yield planned("node-taints-and-labels", joined=(spare,), **renamed(intent))
    else:
        yield observed("node-taints-and-labels", why="a bare init puts the taint on again", joined=(spare,))


def _space(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    if intent.fills_disk:
        yield planned("disk-has-room", machine=_etcd(lab))
    else:
        yield not_applicable("disk-has-room", why="nothing fills the disk under etcd")
    if intent.etcd_quota_mib is None:
        for check in ("only-reads-served", "space-regained"):
            yield not_applicable(check, why=_ROOMY)
        return
    yield planned("only-reads-served", machine=_etcd(lab))
    yield planned("space-regained", machine=_etcd(lab), quota_bytes=intent.etcd_quota_mib * _MIB)


def _customised(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    for check in ("second-scheduler", "admission"):
        yield planned(check) if intent.customised else not_applicable(check, why=_AS_MADE)
    yield (planned("secrets-encrypted") if intent.encrypted else not_applicable("secrets-encrypted", why=_IN_THE_CLEAR))
    if intent.keeps_configuration:
        yield planned("kubelet-settings", machine=_master(lab))
    else:
        yield observed("kubelet-settings", why=_BARE, machine=_master(lab))


def _promises(lab: LabSpec, intent: Intent, fidelity: Fidelity) -> Iterator[dict[str, Any]]:
    # Where the volumes are lost by design, nobody asks the ledger on them what it has kept.
    streams = ("api",) if intent.loses(DataDisk.VOLUMES, _carrier(lab)) else ("api", "volume")
    yield planned("rpo", target_seconds=_seconds(intent.losing_at_most), streams=streams)
    if not _external(lab):
        yield not_applicable("api-server-stayed", why="etcd is a static pod beside it")
    elif fidelity is Fidelity.VM_EMULATED:
        yield observed("api-server-stayed", why="emulated machines are slow", machine=_master(lab))
    else:
        yield planned("api-server-stayed", machine=_master(lab))
    within = _seconds(intent.within)
    for check in ("rto-control-plane", "rto-workload"):
        if fidelity is Fidelity.VM_EMULATED:
            yield observed(check, why="emulated machines are slow", target_seconds=within)
        elif check == "rto-workload" and not intent.keeps_configuration:
            yield observed(check, why=_BARE, target_seconds=within)
        else:
            yield planned(check, target_seconds=within)


def _volumes(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    carrier = _carrier(lab)
    if intent.loses(DataDisk.VOLUMES, carrier):
        yield not_applicable("volume-bytes", why=f"the disk 'volumes' of '{carrier}' is destroyed, and not backed up")
    else:
        yield planned("volume-bytes")
    if not intent.restores_data:
        yield not_applicable("volumes-ahead", why=_KEPT)
    elif intent.loses(DataDisk.VOLUMES, carrier):
        yield not_applicable("volumes-ahead", why=f"the disk 'volumes' of '{carrier}' is destroyed")
    else:
        yield planned("volumes-ahead", machine=_etcd(lab))


def _untouched(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    spared = tuple(node.name for node in lab.of_role(Role.WORKER) if intent.spares(node.name))
    workloads: dict[str, Any] = {"namespaces": _WORKLOADS, "ignoring": (*_ROLLED, *intent.upsets)}
    if spared:
        yield planned("workloads-untouched", machines=spared, **workloads)
    elif intent.in_place and intent.stops_api:
        # The reboot at the end is that of the struck machine itself.
        yield planned("workloads-untouched", machines=(_master(lab),), after=(Moment.RECOVERED,), **workloads)
    else:
        struck = "each worker is struck by a fault" if lab.of_role(Role.WORKER) else "the lab has no worker"
        yield not_applicable("workloads-untouched", why=struck)


def _life(lab: LabSpec, intent: Intent, network: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    master = _master(lab)
    members = tuple(node.name for node in (*lab.of_role(Role.CONTROL_PLANE), *lab.of_role(Role.WORKER)))
    yield planned("new-write")
    for check in ("scheduling", "rollout"):
        yield planned(check) if intent.keeps_configuration else observed(check, why=_TAINTED)
    if intent.keeps_configuration:
        yield planned("dns", subject=master, expected="10.96.0.1")
        yield planned("service")
        yield planned("add-ons-running", namespaces=(*network, *_WORKLOADS), **renamed(intent))
    else:
        yield observed("dns", why=_BARE, subject=master, expected="10.96.0.1")
        yield observed("service", why=_BARE)
        yield planned("add-ons-running", namespaces=(canary.SEED_NAMESPACE,))
    yield planned("no-orphans", machines=members)
    yield planned("watch-continues")
    for name in intent.rebooted:
        fresh = any(intent.loses(DataDisk.ETCD, one) for one in _external(lab) or (name,))
        rebooted: dict[str, Any] = {"machine": name, "ignoring": (*_ROLLED, *made_anew(intent)), **renamed(intent)}
        rebooted |= {"etcd": _external(lab), "fresh_disk": fresh}
        if name not in intent.brought_back:
            rebooted["control_plane"] = False
        yield (
            planned("after-reboot", namespaces=(*network, *_WORKLOADS), **rebooted)
            if intent.keeps_configuration
            else observed("after-reboot", why=_REREAD, namespaces=_SEEN, **rebooted)
        )


def _hygiene(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    for name in (*(intent.brought_back or (_master(lab),)), *_external(lab)):
        yield planned("keys-private", machine=name)
    yield planned("backup-files-private")
    yield planned("no-secrets-in-reports")
    yield planned("host-clean")
