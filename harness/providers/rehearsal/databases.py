"""The commands that look at etcd's database and at what is around it, or change them."""

from __future__ import annotations

import posixpath
import re
import zlib
from typing import TYPE_CHECKING

from harness.errors import LabError
from harness.facts.fact import Output
from harness.providers.rehearsal.etcd import Member, read_snapshot

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_DATABASE = "/member/snap/db"
_CLUSTER_OBJECT = ("Namespace", "kube-system")


def copy_blocks(machine: SimulatedMachine, argv: list[str]) -> Output:
    target = next(word.removeprefix("of=") for word in argv if word.startswith("of="))
    if machine.place(target)[0].dead:
        return _failed(f"dd: failed to open '{target}': Input/output error")
    database = _database(machine, target)
    if database is not None:
        database.damaged = True
        return Output(status=0, stdout="")
    machine.write(target, bytes(512), sync=True)
    if machine.place(target)[0].is_full:
        return _failed(f"dd: error writing '{target}': No space left on device")
    return Output(status=0, stdout="")


def free(machine: SimulatedMachine, argv: list[str]) -> Output:
    """`df` of one folder: a disk is empty or full."""
    return Output(status=0, stdout=f"Avail\n{0 if machine.place(argv[-1])[0].is_full else 2**30}\n")


def allocate(machine: SimulatedMachine, argv: list[str]) -> Output:
    """`fallocate` of all that is free."""
    machine.write(argv[-1], b"", sync=True)
    return Output(status=0, stdout="")


def hold(machine: SimulatedMachine, argv: list[str]) -> Output:
    """`systemd-run` of a process that holds a file open until the power goes."""
    machine.place(argv[-1])[0].held = True
    return Output(status=0, stdout="")


def _database(machine: SimulatedMachine, path: str) -> Member | None:
    """The database whose file this is."""
    disk, inner = machine.place(path.removesuffix(_DATABASE) or "/")
    return disk.databases.get(inner) if path.endswith(_DATABASE) else None


def dump(machine: SimulatedMachine, argv: list[str]) -> Output:
    """The magic number of a database."""
    database = _database(machine, argv[-1])
    if database is None:
        return _failed(f"od: {argv[-1]}: No such file or directory")
    return Output(status=0, stdout=f" {0 if database.damaged else 0xED0CDAED:08x}\n")


def control_plane_files(machine: SimulatedMachine) -> Output:
    """Each file and each database; its content stands for inode and time."""
    lines = []
    for folder in ("/etc/kubernetes", "/var/lib/etcd"):
        lines.append(f"{folder} {zlib.crc32(machine.place(folder)[0].uuid.encode())} 0")
        lines += [f"{path} {zlib.crc32(machine.read(path) or b'')} 0" for path in machine.below(folder)]
    disk, inner = machine.place("/var/lib/etcd")
    lines += [f"/var/lib/etcd{path.removeprefix(inner)}/member {one.id} 0" for path, one in disk.databases.items()]
    return Output(status=0, stdout="".join(f"{line}\n" for line in lines))


def search(machine: SimulatedMachine, argv: list[str]) -> Output:
    """`grep` for the server or the user of a kubeconfig, or in a snapshot, which is other text here than with etcd."""
    content, asked = machine.read(argv[-1]), " ".join(argv)
    if argv[0] == "--only-matching" and argv[1].startswith(("server: ", "user: ")):
        found = re.findall(argv[1], (content or b"").decode())
        return Output(status=0 if found else 1, stdout="".join(f"{line}\n" for line in found))
    if content is None or not ("kube-system" in asked or "BEGIN CERTIFICATE" in asked):
        raise LabError(f"The rehearsal knows no 'grep {asked}'")
    items = read_snapshot(content).items
    if "BEGIN CERTIFICATE" in asked:
        texts = [text for one in items if one["kind"] == "ConfigMap" for text in one.get("data", {}).values()]
        return Output(status=0, stdout="".join(f"{text}\0" for text in texts if text.startswith("-----BEGIN")))
    found = [one["metadata"]["uid"] for one in items if (one["kind"], one["metadata"]["name"]) == _CLUSTER_OBJECT]
    return Output(status=0 if found else 1, stdout="".join(f"{uid}\n" for uid in found))


def move_database(machine: SimulatedMachine, argv: list[str]) -> Output:
    """The rename of a database."""
    source, target = (posixpath.dirname(path) for path in argv if not path.startswith("-"))
    (disk, old), (other, new) = machine.place(source), machine.place(target)
    if old not in disk.databases:
        return _failed(f"mv: cannot stat '{source}/member': No such file or directory")
    if new in other.databases:
        return _failed(f"mv: cannot move '{source}/member' to '{target}/member': Directory not empty")
    other.databases[new] = disk.databases.pop(old)
    return Output(status=0, stdout="")


def change_owner(machine: SimulatedMachine, argv: list[str]) -> Output:
    """`chown --recursive`; of anything but a database nobody asks whose it is."""
    disk, inner = machine.place(argv[-1])
    if "--recursive" in argv and inner in disk.databases:
        disk.databases[inner].owner = argv[-2].rstrip(":")
    return Output(status=0, stdout="")


def owners(machine: SimulatedMachine) -> Output:
    """Whose each database is."""
    disk, _ = machine.place("/var/lib/etcd")
    folders = {f"/var/lib/etcd{path.rstrip('/')}": one.owner for path, one in disk.databases.items()}
    lines = [f"700 {owner} {path}\n700 {owner} {path}/member\n" for path, owner in folders.items()]
    return Output(status=0, stdout="".join(lines))


def _failed(words: str) -> Output:
    return Output(status=1, stdout="", stderr=f"{words}\n")
