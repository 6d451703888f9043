"""A snapshot of etcd as it lies on the machine that took it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from cryptography import x509
from pydantic import Field

from harness.facts.certificates import UNKNOWN
from harness.facts.fact import Output
from harness.facts.pki import read_certificate
from harness.facts.reading import fit_json, shortened, succeeded

#: On memory, not on a disk: it holds every secret of the cluster.
SNAPSHOT = "/run/kubedrill-snapshot.db"
#: On memory as well; a refused restore leaves half of it.
TRIAL = "/run/kubedrill-trial"
_DIGITS = 64
#: How the API server stores the beginning of an object of this name that is in no namespace: as a line of text no API
#: is needed to find the UID behind it.
_UID = r'^\x0bkube-system\x12\x00\x1a\x00"\x00\*\$\K[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'

#: ConfigMaps hold certificates as text, line ends included; what parts them from the rest is no line end, but NUL.
_PEM = r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What etcdutl reads in a snapshot."""

    hash: int
    revision: int
    keys: Annotated[int, Field(alias="totalKey")]
    bytes: Annotated[int, Field(alias="totalSize")]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotStatus:
    """A snapshot that etcdutl can read."""

    name: str = "snapshot-status"
    argv: tuple[str, ...] = ("etcdutl", "snapshot", "status", SNAPSHOT, "-w", "json")

    def parse(self, output: Output) -> Snapshot:
        """Its hash, revision and size."""
        return fit_json(Snapshot, _accepted(output))


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotDigest:
    """The digest of the snapshot's file, taken before it leaves the machine."""

    name: str = "snapshot-digest"
    argv: tuple[str, ...] = ("sha256sum", SNAPSHOT)

    def parse(self, output: Output) -> str:
        """The SHA-256 in hexadecimal digits."""
        words = succeeded(output).split()
        if not words or len(words[0]) != _DIGITS:
            raise ValueError(f"not a digest: {shortened(output.stdout) or 'nothing'}")
        return words[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotTrial:
    """A restore into a folder on memory: only this looks at the digest that etcd put behind the snapshot."""

    name: str = "snapshot-trial"
    argv: tuple[str, ...] = ("etcdutl", "snapshot", "restore", SNAPSHOT, "--data-dir", TRIAL)

    def parse(self, output: Output) -> bool:
        """That it can be restored; a refusal is no answer, but says why."""
        _accepted(output)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotCluster:
    """Which cluster a snapshot is of, by the UID of kube-system inside."""

    name: str = "snapshot-cluster"
    argv: tuple[str, ...] = ("grep", "--text", "--only-matching", "--perl-regexp", _UID, SNAPSHOT)

    def parse(self, output: Output) -> str:
        """The UID; it stands there once for each time that the namespace was written."""
        found = set(succeeded(output).split())
        if len(found) != 1:
            raise ValueError(f"kube-system has {len(found)} UIDs in the snapshot: {shortened(' '.join(sorted(found)))}")
        return found.pop()


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotAuthorities:
    """The authorities that the cluster of a snapshot tells everybody to trust."""

    name: str = "snapshot-authorities"
    argv: tuple[str, ...] = (
        *("grep", "--null-data", "--text", "--only-matching", "--perl-regexp", f"--regexp={_PEM}", SNAPSHOT),
    )

    def parse(self, output: Output) -> frozenset[str]:
        """The digests of their keys; of what was rotated lately, those of before as well."""
        found = {pem.strip("\n") for pem in re.findall(_PEM, succeeded(output))}
        keys = frozenset(read_certificate(pem.encode()).join_hash for pem in found if _is_authority(pem))
        if not keys:
            raise ValueError(f"the snapshot publishes no authority: {shortened(output.stdout) or 'nothing was found'}")
        return keys


def _is_authority(pem: str) -> bool:
    """Certificates of kubelets are in it too, and pages that etcd does not use any more may hold half of one."""
    try:
        extensions = x509.load_pem_x509_certificate(pem.encode()).extensions
        return extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, x509.ExtensionNotFound, *UNKNOWN):
        return False


def _accepted(output: Output) -> str:
    """The standard output of etcdutl; of what it says instead, the line that tells why."""
    if output.status != 0:
        lines = output.stderr.splitlines()
        telling = [line for line in lines if line.startswith(("Error", "panic"))] or lines or ["nothing"]
        raise ValueError(f"etcdutl says: {shortened(telling[0])}")
    return output.stdout


SNAPSHOT_STATUS = SnapshotStatus()
SNAPSHOT_DIGEST = SnapshotDigest()
SNAPSHOT_TRIAL = SnapshotTrial()
SNAPSHOT_CLUSTER = SnapshotCluster()
SNAPSHOT_AUTHORITIES = SnapshotAuthorities()
