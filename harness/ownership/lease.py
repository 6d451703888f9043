"""A lease: the owner's side."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.errors import LabError
from harness.ownership.claim import Claim, Kind, check_claim, sync_folder, write_durably
from harness.ownership.places import leases_root, register_leases
from harness.ownership.run_id import MARK, check_run_id

#: How long a lab that is kept for looking at stays, unless told otherwise.
KEEP = timedelta(hours=4)
OWNER, LOCK, KEPT, CLAIMS = "owner.json", "owner.lock", "kept.json", "claims"


class Lease:
    """The right of one process to own things in the name of a run; safe to use from several threads."""

    def __init__(self, run: str, suffix: str, folder: Path) -> None:
        self.run = run
        self.suffix = suffix
        self.folder = folder

    @property
    def name(self) -> str:
        """The name of the one lab of this lease; all names of things in it begin with it."""
        return f"kd-{self.run}-{self.suffix}"

    @property
    def labels(self) -> Mapping[str, str]:
        """What each container of this lease is labelled with."""
        return {"kubedrill.owner": "kubedrill", "kubedrill.run": self.run, "kubedrill.lease": str(self.folder)}

    @property
    def environment(self) -> Mapping[str, str]:
        """The mark that each process of this lease's run carries."""
        return {MARK: self.run}

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What is owned now."""
        return tuple(Claim.read(path) for path in sorted((self.folder / CLAIMS).glob("*.json")))

    @property
    def kept(self) -> bool:
        """Whether what is owned stays when the owner ends."""
        return (self.folder / KEPT).exists()

    def claim(self, kind: Kind, name: str, **details: str) -> Claim:
        """Write down that this thing is ours, before it is made; claiming it again is fine."""
        claim = Claim(kind=kind, name=name, details=details)
        check_claim(claim, self.run)
        claim.write(self.folder / CLAIMS)
        return claim

    def release(self, kind: Kind, name: str) -> None:
        """Forget a thing after it is unmade; one that was never claimed is fine."""
        (self.folder / CLAIMS / Claim(kind=kind, name=name).file_name).unlink(missing_ok=True)

    @contextlib.contextmanager
    def owning(self, kind: Kind, name: str, **details: str) -> Iterator[None]:
        """Own a thing for as long as the block lasts; a block that fails leaves the claim for reap to settle."""
        self.claim(kind, name, **details)
        yield
        self.release(kind, name)

    def keep_until(self, deadline: datetime | None = None) -> datetime:
        """Let what is owned outlive its owner until then (four hours from now by default), and say until when."""
        until = deadline or datetime.now(UTC) + KEEP
        write_durably(self.folder / KEPT, json.dumps({"until": until.isoformat()}) + "\n")
        return until


@contextlib.contextmanager
def open_lease(run: str, *, parent: bool = False) -> Iterator[Lease]:
    """A lease that is alive for as long as this process holds its lock.

    The process that started the run says `parent`: when it is dead, its run is, whoever else still lives.
    """
    check_run_id(run)
    lock, lease = _establish(run, parent)
    try:
        yield lease
    finally:
        # Kept or still owning something: the record stays, and reap or its deadline ends it.
        # One that somebody has ended by its name is gone already.
        if not lease.kept and not any((lease.folder / CLAIMS).glob("*")):
            shutil.rmtree(lease.folder, ignore_errors=True)
        os.close(lock)


def _establish(run: str, parent: bool) -> tuple[int, Lease]:
    """Make the lease aside and move it into place: whoever can see it, sees it locked."""
    root = leases_root()
    register_leases(root)
    for _ in range(100):
        suffix = secrets.token_hex(2)
        draft = root / f".{run}.{suffix}.{os.getpid()}"
        (draft / CLAIMS).mkdir(parents=True, mode=0o700)
        lock = os.open(draft / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        write_durably(draft / OWNER, json.dumps(_owner(parent, identity(lock))) + "\n")
        with contextlib.suppress(OSError):
            folder = draft.rename(root / f"{run}.{suffix}")
            sync_folder(root)
            return lock, Lease(run, suffix, folder)
        os.close(lock)
        shutil.rmtree(draft, ignore_errors=True)
    raise LabError(f"No lease for the run '{run}' can be made in '{root}'")


def identity(handle: int) -> str:
    """The file that a lock is on: seen through an overlay or in a copy it is another one, whose lock nobody holds."""
    told = os.fstat(handle)
    return f"{told.st_dev}:{told.st_ino}"


def boot_id() -> str:
    """This start of the host's kernel: all containers on a host share it."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _owner(parent: bool, lock: str) -> Mapping[str, object]:
    """For the reader: whether a lease is alive, its lock tells; these tell whether that lock can be believed."""
    return {
        "pid": os.getpid(),
        "parent": parent,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "boot_id": boot_id(),
        "lock": lock,
        "argv": sys.argv,
    }
