"""etcd's data come back from a snapshot."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from harness.backup import Bundle, DamagedBackupError
from harness.backup.records import member_of
from harness.backup.snapshot import SNAPSHOT_FILE
from harness.facts.etcd import REVISION_BUMP
from harness.facts.snapshot import SNAPSHOT
from harness.lab import Node, StepError

DATA = "/var/lib/etcd"
#: The data disk has lost+found in it, and etcdutl fills no folder that is not empty; from here a rename does the rest.
_BESIDE = f"{DATA}/restored"
#: Whoever rolls back too far wants to have kept it.
_OLD = f"{DATA}/replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreOptions:
    """What a restore needs beyond the snapshot; each can be forgotten, and no command minds."""

    #: A look at the backup before anything is touched; without it a good one of another cluster is as welcome.
    inspected: bool = True
    #: The member's name and peer URL; without them it becomes 'default' at localhost.
    named: bool = True
    #: A revision beyond each that a client has seen; without it a client that resumes its watch misses events.
    bumped: bool = True
    #: Every other control plane is silent before; without it they go on as another cluster.
    others_stopped: bool = True
    #: Patience until the static pods are gone; without it two of them have the data in hand.
    stopped: bool = True


@runtime_checkable
class Restoring(Protocol):
    """A recovery that restores a snapshot."""

    options: RestoreOptions


def put_back_snapshot(node: Node, bundle: Bundle, options: RestoreOptions) -> None:
    """Restore the snapshot onto the data disk, under the member's own name and address."""
    restore_beside(node, bundle, options)
    take_restored(node)


def restore_beside(node: Node, bundle: Bundle, options: RestoreOptions, folder: str = _BESIDE) -> None:
    """Restore the snapshot into a folder of its own: one that cannot be read is refused while all is as it was."""
    node.put(SNAPSHOT, bundle.files[SNAPSHOT_FILE], 0o600)
    try:
        node.run(["etcdutl", "snapshot", "restore", SNAPSHOT, "--data-dir", folder, *_flags(bundle, options)])
    except StepError as refused:
        raise DamagedBackupError(f"The snapshot cannot be restored: {refused}") from refused
    node.run(["rm", SNAPSHOT])


def take_restored(node: Node) -> None:
    """Make what was restored beside etcd's data."""
    node.run(["mv", "--no-target-directory", f"{_BESIDE}/member", f"{DATA}/member"])
    node.run(["rmdir", _BESIDE])


def put_aside(node: Node) -> None:
    """Keep the data that are to be replaced, on the same disk."""
    node.run(["mkdir", _OLD])
    node.destroy(["mv", "--no-target-directory", f"{DATA}/member", f"{_OLD}/member"])


def _flags(bundle: Bundle, options: RestoreOptions) -> list[str]:
    member = member_of(bundle)
    name, urls = member.name, member.peer_urls
    flags: list[str] = []
    if options.named:
        flags += ["--name", name, "--initial-cluster", ",".join(f"{name}={url}" for url in urls)]
        flags += ["--initial-advertise-peer-urls", ",".join(urls)]
        # A cluster's id is reckoned from its first member and this. Without it the restored one had the very id of the
        # old one (a7f3c36c4b26e66f), and beside two old members that lived its API did not come up within 90 s.
        flags += ["--initial-cluster-token", f"restored-{secrets.token_hex(6)}"]
    if options.bumped:
        flags += ["--bump-revision", str(REVISION_BUMP), "--mark-compacted"]
    return flags
