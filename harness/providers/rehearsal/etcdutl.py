"""etcdutl on a simulated machine: it looks at snapshots, and makes databases of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.errors import LabError
from harness.facts.fact import Output
from harness.providers.rehearsal.etcd import Etcd, SnapshotContent, read_snapshot

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_SWITCHES = ("--mark-compacted",)


def etcdutl(machine: SimulatedMachine, argv: Sequence[str]) -> Output:
    """One command."""
    words, flags = _parse(argv)
    if words[:1] != ["snapshot"] or len(words) != 3:
        raise LabError(f"The rehearsal knows no 'etcdutl {' '.join(argv)}'")
    content = machine.read(words[2])
    if content is None:
        return _failed(f"open {words[2]}: no such file or directory")
    try:
        snapshot = read_snapshot(content)
    except ValueError as bad:
        if words[1] == "restore":
            # It copies first and looks afterwards, and leaves what it has copied.
            machine.write(f"{flags['--data-dir']}/member/snap/db", content)
        return _failed(str(bad))
    if words[1] == "status":
        told = {"hash": snapshot.hash, "revision": snapshot.revision, "totalKey": len(snapshot.items)}
        return Output(status=0, stdout=json.dumps({**told, "totalSize": len(content), "version": "3.6.0"}) + "\n")
    return _restore(machine, snapshot, flags)


def _restore(machine: SimulatedMachine, snapshot: SnapshotContent, flags: dict[str, str]) -> Output:
    folder = flags["--data-dir"]
    disk, inner = machine.place(folder)
    if inner in disk.databases or any(True for _ in disk.below(inner)):
        return _failed(f'data-dir "{folder}" not empty or could not be read')
    random = machine.world.random
    made = Etcd(cluster_id=random.getrandbits(62))
    made.fill(snapshot, bump=int(flags.get("--bump-revision", "0")), compacted="--mark-compacted" in flags)
    name, url = flags.get("--name", "default"), flags.get("--initial-advertise-peer-urls", "http://localhost:2380")
    disk.databases[inner] = made.join(random.getrandbits(62), name, url)
    return Output(status=0, stdout="")


def _parse(argv: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    words: list[str] = []
    flags: dict[str, str] = {}
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        if word in _SWITCHES:
            flags[word] = ""
        elif word.startswith("-"):
            flags[word] = rest.pop(0)
        else:
            words.append(word)
    return words, flags


def _failed(words: str) -> Output:
    return Output(status=1, stdout="", stderr=f"Error: {words}\n")
