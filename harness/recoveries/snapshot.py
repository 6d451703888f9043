"""etcd's data come back from a snapshot."""

from __future__ import annotations

import json
from dataclasses import dataclass

from harness.backup import Bundle
from harness.backup.snapshot import MEMBER, SNAPSHOT_FILE
from harness.facts.etcd import REVISION_BUMP
from harness.facts.snapshot import SNAPSHOT
from harness.lab import Node

_DATA = "/var/lib/etcd"
#: The data disk has lost+found in it, and etcdutl fills no folder that is not empty; from here a rename does the rest.
_BESIDE = f"{_DATA}/restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreOptions:
    """What etcdutl is told beyond the snapshot; each can be forgotten, and etcdutl does not mind."""

    #: The member's name and peer URL; without them it becomes 'default' at localhost.
    named: bool = True
    #: A revision beyond each that a client has seen; without it a client that resumes its watch misses events.
    bumped: bool = True


def put_back_snapshot(node: Node, bundle: Bundle, options: RestoreOptions) -> None:
    """Restore the snapshot onto the data disk, under the member's own name and address."""
    node.put(SNAPSHOT, bundle.files[SNAPSHOT_FILE], 0o600)
    node.run(["etcdutl", "snapshot", "restore", SNAPSHOT, "--data-dir", _BESIDE, *_flags(bundle, options)])
    node.run(["mv", "--no-target-directory", f"{_BESIDE}/member", f"{_DATA}/member"])
    node.run(["rmdir", _BESIDE])
    node.run(["rm", SNAPSHOT])


def _flags(bundle: Bundle, options: RestoreOptions) -> list[str]:
    member = json.loads(bundle.files[MEMBER])
    name, urls = member["name"], member["peer_urls"]
    flags: list[str] = []
    if options.named:
        flags += ["--name", name, "--initial-cluster", ",".join(f"{name}={url}" for url in urls)]
        flags += ["--initial-advertise-peer-urls", ",".join(urls)]
    if options.bumped:
        flags += ["--bump-revision", str(REVISION_BUMP), "--mark-compacted"]
    return flags
