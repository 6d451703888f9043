"""The commands that look at files and disks."""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import re
import tarfile
from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.errors import LabError
from harness.facts.fact import Output
from harness.providers.rehearsal import buckets, databases, vaults
from harness.spec import DataDisk

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

FileCommand = Callable[["SimulatedMachine", list[str]], Output]
_DEVICES = "/dev/disk/kubedrill/"


def _block_id(machine: SimulatedMachine, argv: list[str]) -> Output:
    disk = next((disk for name, disk in machine.data_disks.items() if argv[-1] == f"{_DEVICES}{name}"), None)
    if disk is None:
        return Output(status=2, stdout="")
    return Output(status=0, stdout=f"DEVNAME={argv[-1]}\nUUID={disk.uuid}\nTYPE=ext4\n")


def _cat(machine: SimulatedMachine, argv: list[str]) -> Output:
    paths = [word for word in argv if word != "--"]
    found = {path: machine.read(path) for path in paths}
    missing = [path for path, content in found.items() if content is None]
    if missing:
        return _failed(f"cat: {missing[0]}: No such file or directory")
    return Output(status=0, stdout="".join((content or b"").decode() for content in found.values()))


def _find(machine: SimulatedMachine, argv: list[str]) -> Output:
    match argv:
        case [folder, "-type", "f", "-printf", shape]:
            paths = list(machine.below(folder))
        case ["/etc/kubernetes", "/var/lib/etcd", "-not", "-path", _, "-printf", _]:
            return databases.control_plane_files(machine)
        case ["/etc/etcd", "/var/lib/etcd", "-printf", _]:
            return databases.owners(machine)
        case ["/srv/vault/backups", *_]:
            return vaults.content(machine)
        case [folder, "-path", "*/kubernetes.io~empty-dir/data/*", "-type", "f"]:
            return Output(status=0, stdout="".join(f"{path}\n" for path in machine.below(folder)))
        case ["/var/log/pods", "-path", "*/kube-system_etcd-*", *_]:
            return Output(status=0, stdout=f"2025-01-01T00:00:00Z stderr F {machine.control_plane.last_words}\n")
        case [folder, "-name", "*.crt", "-printf", shape, "-exec", "cat", "{}", ";"]:
            paths = [path for path in machine.below(folder) if path.endswith(".crt")]
            shape += "%C"
        case _:
            raise LabError(f"The rehearsal knows no 'find {' '.join(argv)}'")
    if not paths:
        return _failed(f"find: '{folder}': No such file or directory")
    lines = []
    for path in paths:
        file = machine.file(path)
        assert file is not None
        line = shape.replace("%m", f"{file.mode:o}").replace("%u", "root").replace("%p", path)
        line = line.replace("%P", path.removeprefix(f"{folder.rstrip('/')}/")).replace("\\n", "\n")
        lines.append(line.replace("%C", file.content.decode()) if "%C" in shape else line)
    return Output(status=0, stdout="".join(lines))


def _findmnt(machine: SimulatedMachine, argv: list[str]) -> Output:
    point = argv[-1]
    if point not in machine.mounts:
        return Output(status=1, stdout="")
    disk, _ = machine.place(point)
    mount = {"source": disk.source, "uuid": disk.uuid, "fstype": "ext4", "target": point}
    return Output(status=0, stdout=json.dumps({"filesystems": [mount]}, indent=3) + "\n")


def _make_file_system(machine: SimulatedMachine, argv: list[str]) -> Output:
    device = argv[-1]
    name = next((disk for disk in machine.data_disks if device == f"{_DEVICES}{disk}"), None)
    if name is None:
        return _failed(f"mkfs.ext4: The file {device} does not exist and no size was specified.")
    if DataDisk(name).mount_point in machine.mounts:
        return _failed(f"{device} is mounted; will not make a filesystem here!")
    machine.data_disks[name].format(machine.world.uuid())
    return Output(status=0, stdout="")


def _make_folder(machine: SimulatedMachine, argv: list[str]) -> Output:  # noqa: ARG001 -- folders come with files
    """Folders, accounts and programs are nothing here."""
    return Output(status=0, stdout="")


def _move(machine: SimulatedMachine, argv: list[str]) -> Output:
    """Files into a folder, or the rename of a database."""
    if not argv[0].startswith("--target-directory="):
        return databases.move_database(machine, argv)
    folder, paths = argv[0].partition("=")[2], argv[1:]
    for path in paths:
        file = machine.file(path)
        if file is None:
            return _failed(f"mv: cannot stat '{path}': No such file or directory")
        machine.write(f"{folder}/{posixpath.basename(path)}", file.content, file.mode)
        disk, inner = machine.place(path)
        del disk.files[inner]
    return Output(status=0, stdout="")


def _say(machine: SimulatedMachine, argv: list[str]) -> Output:  # noqa: ARG001 -- whoever says it
    return Output(status=0, stdout=f"{' '.join(argv)}\n")


def _real_path(machine: SimulatedMachine, argv: list[str]) -> Output:  # noqa: ARG001 -- there is one link
    return Output(status=0, stdout="/usr/lib/systemd/systemd\n" if argv == ["/sbin/init"] else f"{argv[-1]}\n")


def _remove(machine: SimulatedMachine, argv: list[str]) -> Output:
    if argv[:2] == ["--recursive", "--force"]:
        return _remove_all(machine, argv[2:])
    for path in (word for word in argv if not word.startswith("-")):
        disk, inner = machine.place(path)
        inside = list(disk.below(inner)) if "--recursive" in argv else []
        for one in inside:
            del disk.files[one]
        if not inside and disk.files.pop(inner, None) is None:
            return _failed(f"rm: cannot remove '{path}': No such file or directory")
    return Output(status=0, stdout="")


def _run_aside(machine: SimulatedMachine, argv: list[str]) -> Output:
    return buckets.make_bucket(machine, argv) if "create-bucket" in argv else databases.hold(machine, argv)


def _sed(machine: SimulatedMachine, argv: list[str]) -> Output:
    """`sed --in-place` with one substitution, whose sign is #; or the part of a file that is a certificate."""
    match argv:
        case ["--quiet", "/BEGIN CERTIFICATE/,/END CERTIFICATE/p", path]:
            kept = _cat(machine, [path])
            return Output(status=kept.status, stdout=kept.stdout.partition("-----BEGIN PRIVATE")[0], stderr=kept.stderr)
        case ["--in-place", script, path] if script.startswith("s#") and script.count("#") == 3:
            _, pattern, text, _ = script.split("#")
        case _:
            raise LabError(f"The rehearsal knows no 'sed {' '.join(argv)}'")
    content = machine.read(path)
    if content is None:
        return _failed(f"sed: can't read {path}: No such file or directory")
    machine.write(path, re.sub(pattern, text, content.decode(), flags=re.MULTILINE))
    return Output(status=0, stdout="")


def _remove_all(machine: SimulatedMachine, paths: list[str]) -> Output:
    for path in paths:
        disk, inner = machine.place(path)
        disk.databases.pop(inner, None)
        for file in [inner, *disk.below(inner)]:
            disk.files.pop(file, None)
    return Output(status=0, stdout="")


def _sha256(machine: SimulatedMachine, argv: list[str]) -> Output:
    content = machine.read(argv[0])
    if content is None:
        return _failed(f"sha256sum: {argv[0]}: No such file or directory")
    return Output(status=0, stdout=f"{hashlib.sha256(content).hexdigest()}  {argv[0]}\n")


def _stat(machine: SimulatedMachine, argv: list[str]) -> Output:
    flags, shape, path = argv
    file = machine.file(path)
    if flags not in ("-c", "-Lc") or file is None:
        return _failed(f"stat: cannot statx '{path}': No such file or directory")
    said = shape.replace("%a", f"{file.mode:o}").replace("%s", str(len(file.content)))
    return Output(status=0, stdout=said.replace("%U", "root").replace("%G", "root") + "\n")


def _sync(machine: SimulatedMachine, argv: list[str]) -> Output:  # noqa: ARG001
    machine.sync()
    return Output(status=0, stdout="")


def _tar(machine: SimulatedMachine, argv: list[str]) -> Output:
    words = dict(word.partition("=")[::2] for word in argv)
    if "--extract" not in words:
        raise LabError(f"The rehearsal knows no 'tar {' '.join(argv)}'")
    archive = machine.read(words["--file"])
    if archive is None:
        return _failed(f"tar: {words['--file']}: Cannot open: No such file or directory")
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        for entry in opened:
            content = opened.extractfile(entry)
            if content is not None:
                machine.write(f"{words['--directory']}/{entry.name}", content.read(), entry.mode)
    return Output(status=0, stdout="")


def _test(machine: SimulatedMachine, argv: list[str]) -> Output:
    what, path = argv
    is_file = machine.file(path) is not None
    is_folder = path in machine.mounts or any(True for _ in machine.below(path))
    answers = {"-e": is_file or is_folder, "-f": is_file, "-d": is_folder}
    return Output(status=0 if answers[what] else 1, stdout="")


def _failed(words: str) -> Output:
    return Output(status=1, stdout="", stderr=f"{words}\n")


def _unmount(machine: SimulatedMachine, argv: list[str]) -> Output:
    if argv[0] not in machine.mounts:
        return Output(status=32, stdout="", stderr=f"umount: {argv[0]}: not mounted.\n")
    machine.units.unmount(argv[0])
    return Output(status=0, stdout="")


COMMANDS: dict[str, FileCommand] = {
    "blkid": _block_id,
    "cat": _cat,
    "chattr": _make_folder,
    "chmod": _make_folder,
    "chown": databases.change_owner,
    "curl": buckets.curl,
    "dd": databases.copy_blocks,
    "df": databases.free,
    "echo": _say,
    "fallocate": databases.allocate,
    "find": _find,
    "findmnt": _findmnt,
    "grep": databases.search,
    "install": _make_folder,
    "mkdir": _make_folder,
    "mkfs.ext4": _make_file_system,
    "mv": _move,
    "od": databases.dump,
    "realpath": _real_path,
    "rm": _remove,
    "rmdir": _make_folder,
    "sed": _sed,
    "sftp": vaults.sftp,
    "sha256sum": _sha256,
    "ssh-keygen": vaults.make_host_key,
    "ss": buckets.connections,
    "stat": _stat,
    "sync": _sync,
    "systemd-run": _run_aside,
    "tar": _tar,
    "test": _test,
    "umount": _unmount,
    "useradd": _make_folder,
}
