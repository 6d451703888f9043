"""What a kept lab needs to be worked with later: its vault, and what its cluster was asked to be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from harness.backup import FolderVault
from harness.cluster.cluster import Cluster, Credentials
from harness.errors import LabError
from harness.ownership import Kind, Lease, LeaseRecord, cache_root
from harness.ownership.claim import write_durably
from harness.ownership.places import leases_root
from harness.providers.seam import Fidelity, Provider
from harness.spec import ClusterSpec, DataDisk, LabSpec, PodNetwork, Role, parse_shape
from harness.strict_json import json_value

_RECORD, _VAULT = "kept.json", "vault"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLab:
    """A lab that outlived its drill."""

    drill: str
    provider: str
    fidelity: Fidelity
    lab: LabSpec
    cluster: ClusterSpec
    credentials: Credentials
    vault: FolderVault
    #: Where the drill's reports are.
    reports: Path


def hand_over(cluster: Cluster, vault: FolderVault, run: str, drill: str, provider: Provider, reports: Path) -> None:
    """Let the vault live as long as the kept lab, with a record beside it; whoever ends the lab ends both."""
    name = cluster.lab.name
    suffix = name.rpartition("-")[2]
    place = _place(name)
    Lease(run, suffix, leases_root() / f"{run}.{suffix}").claim(Kind.FOLDER, str(place))
    place.mkdir(mode=0o700)
    vault.folder.rename(place / _VAULT)
    (place / _RECORD).touch(mode=0o600)
    made_by = {"provider": provider.name, "fidelity": provider.fidelity.value}
    record = {"drill": drill, "reports": str(reports.absolute()), **made_by, **_record(cluster)}
    write_durably(place / _RECORD, json.dumps(record) + "\n")
    (place / _RECORD).chmod(0o600)


def kept_lab(lease: LeaseRecord) -> KeptLab:
    """What is known of a kept lab; one of a version that kept no vault is a LabError."""
    place = _place(lease.name)
    try:
        told: dict[str, Any] = json_value((place / _RECORD).read_text())
        lab = parse_shape(told["shape"], etcd_mib=told["etcd_mib"], volumes_mib=told["volumes_mib"])
        return KeptLab(
            drill=told["drill"],
            provider=told["provider"],
            fidelity=Fidelity(told["fidelity"]),
            lab=lab,
            cluster=_cluster(told, lab),
            credentials=Credentials(**told["credentials"]),
            vault=FolderVault(place / _VAULT),
            reports=Path(told["reports"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as unknown:
        raise LabError(f"The lab '{lease.name}' was kept without its vault, so nothing can be restored") from unknown


def _place(name: str) -> Path:
    return cache_root() / "vaults" / name


def _record(cluster: Cluster) -> dict[str, Any]:
    spec, network = cluster.spec, cluster.spec.network
    sizes = {disk.name: disk.size_mib for node in cluster.lab.spec.nodes for disk in node.data_disks}
    return {
        "shape": cluster.lab.spec.shape,
        "etcd_mib": sizes[DataDisk.ETCD],
        "volumes_mib": sizes[DataDisk.VOLUMES],
        "kubernetes": spec.kubernetes,
        "endpoint": str(spec.endpoint),
        "customised": spec.customised,
        "network": [str(file) for file in (network.manifest, *network.images)] if network else [],
        "credentials": {"token": cluster.credentials.token, "certificate_key": cluster.credentials.certificate_key},
    }


def _cluster(told: Mapping[str, Any], lab: LabSpec) -> ClusterSpec:
    files = [Path(file) for file in told["network"]]
    return ClusterSpec(
        kubernetes=told["kubernetes"],
        endpoint=IPv4Address(told["endpoint"]),
        etcd=tuple(node.ip for node in lab.of_role(Role.ETCD)),
        customised=told["customised"],
        network=PodNetwork(manifest=files[0], images=tuple(files[1:])) if files else None,
    )
