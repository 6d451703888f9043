"""A cluster that was ready once, from which later drills go on instead of building their own."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from harness.cluster.cluster import Cluster, Credentials
from harness.cluster.standstill import await_return, bring_to_rest
from harness.errors import LabError, hinted
from harness.images.recipe import digest_of_files
from harness.images.reflink import own_bytes
from harness.journal import Kind
from harness.strict_json import json_value

#: Half the life of the join token, so that a drill that begins at the end of it still has time.
LIFETIME = timedelta(hours=12)
_RECORD = "checkpoint.json"
_DROP = "`kubedrill checkpoint drop` removes it, and the next drill builds its cluster anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """One of them, on disk."""

    folder: Path
    provider: str
    kubernetes: str
    shape: str
    made: datetime

    @property
    def expires(self) -> datetime:
        """When its join token would no longer do."""
        return self.made + LIFETIME

    @property
    def bytes_used(self) -> int:
        """What would be free without it; most of its disks is shared with the node image."""
        return sum(own_bytes(path) for path in self.folder.rglob("*") if path.is_file())


def begin(cluster: Cluster, provider: str) -> None:
    """Make the cluster ready: from a checkpoint where there is one, else by building it, and keeping one."""
    place = cluster.lab.checkpoints
    # Certificates that last for minutes would have expired in any checkpoint.
    if place is None or cluster.spec.leaves_last is not None:
        cluster.build()
        return
    folder = place / key_of(cluster, provider)
    with _in_use(folder):
        known = read_checkpoint(folder)
        if known is not None and known.expires > datetime.now(UTC):
            _resume(cluster, known)
            return
    cluster.build()
    _save(cluster, provider, folder)


def key_of(cluster: Cluster, provider: str) -> str:
    """Whatever may make two clusters differ, as one name."""
    network = cluster.spec.network
    told = {
        "provider": provider,
        "image": cluster.lab.image,
        "hardware": cluster.lab.hardware,
        "lab": repr(cluster.lab.spec),
        "cluster": repr(cluster.spec),
        "network": network.manifest.read_text() if network else "",
        "traits": repr(cluster.traits),
        "recipe": _recipe(provider),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:24]


def checkpoints_in(place: Path) -> Iterator[Checkpoint]:
    """All that are whole, newest last."""
    found = [known for folder in place.glob("[!.]*") if (known := read_checkpoint(folder)) is not None]
    yield from sorted(found, key=lambda known: known.made)


def drop_expired(place: Path, *, everything: bool = False) -> int:
    """Remove those that have expired, and what is no whole checkpoint; or all of them."""
    dropped = 0
    for folder in list(place.glob("*")):
        known = read_checkpoint(folder)
        useless = known is None or known.expires <= datetime.now(UTC)
        if (everything or useless) and not _in_the_making(folder) and _remove(folder):
            dropped += 1
    return dropped


@contextlib.contextmanager
def _in_use(folder: Path) -> Iterator[None]:
    """Let nobody drop it for as long as the block lasts; one that is not there needs no care."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def _remove(folder: Path) -> bool:
    """Remove it, unless somebody goes on from it at this moment."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def _in_the_making(folder: Path) -> bool:
    """Whether the process that writes a draft still lives."""
    return folder.name.startswith(".") and Path("/proc", folder.name.rpartition(".")[2]).exists()


def _resume(cluster: Cluster, known: Checkpoint) -> None:
    secrets: dict[str, Any] = json_value((known.folder / _RECORD).read_text())["credentials"]
    cluster.credentials = Credentials(**secrets)
    cluster.journal.write(Kind.NOTE, text=f"The cluster goes on from the checkpoint of {known.made:%F %H:%M} UTC")
    try:
        with cluster.journal.wait("the machines of the checkpoint to go on"):
            cluster.lab.thaw(known.folder)
            cluster.connect()
        _await(cluster)
    except LabError as broken:
        raise hinted(broken, _DROP) from None


def _save(cluster: Cluster, provider: str, folder: Path) -> None:
    drop_expired(folder.parent)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    draft.mkdir(parents=True, mode=0o700)
    try:
        with cluster.journal.wait("a checkpoint of the cluster"):
            _freeze(cluster, draft)
        _write(cluster, provider, draft / _RECORD)
        _publish(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _await(cluster)


def _freeze(cluster: Cluster, draft: Path) -> None:
    if cluster.lab.freezes_memory:
        # Frozen before it has heard of any cluster, the spare machine is as fresh as after a boot, and there at once.
        cluster.spare.power_on()
        cluster.prepare(cluster.spare)
        cluster.lab.freeze(draft, asleep=(cluster.spare.name,))
    else:
        bring_to_rest(cluster)
        cluster.lab.freeze(draft)


def _await(cluster: Cluster) -> None:
    if cluster.lab.freezes_memory:
        cluster.wait_until_ready()
    else:
        await_return(cluster)


def _write(cluster: Cluster, provider: str, path: Path) -> None:
    record = {
        "provider": provider,
        "kubernetes": cluster.spec.kubernetes,
        "shape": cluster.lab.spec.shape,
        "made": datetime.now(UTC).isoformat(),
        "credentials": {
            "token": cluster.credentials.token,
            "certificate_key": cluster.credentials.certificate_key,
        },
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(record) + "\n")


def _publish(draft: Path, folder: Path) -> None:
    """Give the draft its name; who was quicker has made the same one."""
    try:
        draft.rename(folder)
    except OSError as taken:
        if taken.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise


def read_checkpoint(folder: Path) -> Checkpoint | None:
    try:
        record = json_value((folder / _RECORD).read_text())
        return Checkpoint(
            folder=folder,
            provider=str(record["provider"]),
            kubernetes=str(record["kubernetes"]),
            shape=str(record["shape"]),
            made=datetime.fromisoformat(record["made"]).astimezone(UTC),
        )
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


def _recipe(provider: str, package: Path = Path(__file__).parents[1]) -> str:
    """The code that builds clusters and their machines: changed, it builds others."""
    folders = (package / "cluster", package / "providers" / "local", package / "providers" / provider)
    sources = [path for folder in folders for path in sorted(folder.glob("*")) if path.suffix in (".py", ".sh")]
    return digest_of_files(sources)
