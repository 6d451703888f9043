"""What the witness, outside every machine, found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.facts.fact import Output
from harness.facts.reading import read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What a drill left behind on the host."""

    leaks: list[str]
    clock_shift_seconds: float
    sysctls_changed: dict[str, object] = field(default_factory=dict, hash=False)
    #: What dead runs had left there before the drill began.
    found_before: list[str] = field(default_factory=list, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFile:
    """One file of a backup."""

    path: str
    mode: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _ListedFile:
    path: str
    mode: str | int
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Where known secrets were looked for, and found."""

    scanned: int
    found: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerReadBack:
    """The numbers of one ledger that are there now."""

    name: str
    stream: str

    @property
    def argv(self) -> tuple[str, ...]:
        """What is read."""
        return ("witness", "read-back", self.stream)

    def parse(self, output: Output) -> frozenset[int]:
        """The numbers."""
        return frozenset(read_json(list[int], output))


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeBytes:
    """The files on the canaries' volumes."""

    name: str = "volume-bytes"
    argv: tuple[str, ...] = ("witness", "digest", "volumes")

    def parse(self, output: Output) -> Mapping[str, str]:
        """Each file with its digest."""
        return read_json(dict[str, str], output)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAudit:
    """The host compared with what it was before the drill."""

    name: str = "host-audit"
    argv: tuple[str, ...] = ("witness", "audit", "host")

    def parse(self, output: Output) -> Audit:
        """The differences."""
        return read_json(Audit, output)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFiles:
    """The files of the backups that were taken."""

    name: str = "backup-files"
    argv: tuple[str, ...] = ("witness", "list", "backups")

    def parse(self, output: Output) -> tuple[BackupFile, ...]:
        """The files with their modes, which come as octal text or as a number."""
        return tuple(
            BackupFile(
                path=one.path, mode=int(one.mode, 8) if isinstance(one.mode, str) else one.mode, sha256=one.sha256
            )
            for one in read_json(list[_ListedFile], output)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A snapshot and an archive of the same moment, as they lie in the vault, and what their manifest says of them."""

    stamp: str
    kube_system_uid: str
    #: What is there, with digests, and what the manifest tells.
    found: dict[str, str] = field(hash=False)
    files: dict[str, str] = field(hash=False)
    archive: list[str] = field(hash=False)
    encryption_keys: list[str] = field(default_factory=list, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPair:
    """The pair of files of a cluster's backup."""

    name: str = "backup-pair"
    argv: tuple[str, ...] = ("witness", "describe", "backup-pair")

    def parse(self, output: Output) -> Pair:
        """What it is made of."""
        return read_json(Pair, output)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretScan:
    """A search of the reports for the secrets that the drill knew."""

    name: str = "secret-scan"
    argv: tuple[str, ...] = ("witness", "scan", "reports")

    def parse(self, output: Output) -> Scan:
        """What was found."""
        return read_json(Scan, output)


API_LEDGER = LedgerReadBack(name="api-ledger", stream="api")
VOLUME_LEDGER = LedgerReadBack(name="volume-ledger", stream="volume")
VOLUME_BYTES = VolumeBytes()
HOST_AUDIT = HostAudit()
BACKUP_FILES = BackupFiles()
BACKUP_PAIR = BackupPair()
SECRET_SCAN = SecretScan()
