"""Which disks a machine really runs on."""

from __future__ import annotations

from dataclasses import dataclass

from harness.facts.fact import Output
from harness.facts.reading import fit_json, read_json, shortened, succeeded

_SYNCED = ("conv=fsync", "status=none")
#: EIO in the words of the C library.
_DISK_ERROR = "Input/output error"
#: What ext4 says once its journal could not be written.
_READ_ONLY = "Read-only file system"


@dataclass(frozen=True, slots=True, kw_only=True)
class OsDiskIdentity:
    """The slot marker and serial that an OS disk was made with."""

    slot: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """What is mounted somewhere; nothing at all has no source."""

    source: str | None = None
    uuid: str | None = None
    fstype: str | None = None
    target: str | None = None

    @property
    def mounted(self) -> bool:
        """Whether anything is mounted there."""
        return self.source is not None

    @property
    def identity(self) -> str:
        """What tells this file system from another: its UUID, or its source where it has none."""
        return self.uuid or self.source or "nothing mounted"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mounts:
    filesystems: list[Mount]


@dataclass(frozen=True, slots=True, kw_only=True)
class OsDisk:
    """The marker on the OS disk that the machine booted from."""

    name: str = "os-disk"
    argv: tuple[str, ...] = ("cat", "/etc/kubedrill/disk.json")

    def parse(self, output: Output) -> OsDiskIdentity:
        """The slot and serial."""
        return read_json(OsDiskIdentity, output)


@dataclass(frozen=True, slots=True, kw_only=True)
class MountedDisk:
    """What is mounted at one place."""

    name: str
    mount_point: str

    @property
    def argv(self) -> tuple[str, ...]:
        """The question to findmnt."""
        return ("findmnt", "--json", "--output", "SOURCE,UUID,FSTYPE,TARGET", "--mountpoint", self.mount_point)

    def parse(self, output: Output) -> Mount:
        """The mount; findmnt's status 1 with no output is the answer that nothing is mounted."""
        if not output.stdout.strip() and not output.stderr.strip() and output.status == 1:
            return Mount()
        if output.status != 0:
            raise ValueError(f"findmnt ended with status {output.status}: {shortened(output.stderr or output.stdout)}")
        mounts = fit_json(_Mounts, output.stdout).filesystems
        if not mounts:
            raise ValueError("findmnt lists no file system and yet succeeded")
        # Where one mount hides another, the kernel lists the visible one last.
        return mounts[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataDiskContent:
    """The file system on a data disk, mounted or not."""

    name: str
    device: str

    @property
    def argv(self) -> tuple[str, ...]:
        """The question to blkid."""
        return ("blkid", "--probe", "--output", "export", self.device)

    def parse(self, output: Output) -> str:
        """Its UUID."""
        found = dict(line.partition("=")[::2] for line in succeeded(output).splitlines())
        if not found.get("UUID"):
            raise ValueError(f"a disk without a file system: {shortened(output.stdout) or 'nothing'}")
        return found["UUID"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedWrite:
    """Whether a disk still takes what is written to it."""

    name: str
    folder: str

    @property
    def argv(self) -> tuple[str, ...]:
        """A small write that is synced."""
        return ("dd", "if=/dev/zero", f"of={self.folder}/kubedrill-write", "bs=512", "count=1", *_SYNCED)

    def parse(self, output: Output) -> str:
        """That it is written, or that the disk refused; what fails for another reason is no answer."""
        if output.status == 0:
            return "written"
        for refusal in (_DISK_ERROR, _READ_ONLY):
            if refusal.lower() in output.stderr.lower():
                return refusal
        raise ValueError(f"the write failed, but not for its disk: {shortened(output.stderr) or 'without a word'}")


OS_DISK = OsDisk()
ROOT_DISK = MountedDisk(name="root-disk", mount_point="/")
ETCD_DISK = MountedDisk(name="etcd-disk", mount_point="/var/lib/etcd")
ETCD_DISK_CONTENT = DataDiskContent(name="etcd-disk-content", device="/dev/disk/kubedrill/etcd")
VOLUMES_DISK = MountedDisk(name="volumes-disk", mount_point="/var/lib/volumes")
ETCD_DISK_WRITE = SyncedWrite(name="etcd-disk-write", folder=ETCD_DISK.mount_point)
