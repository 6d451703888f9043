"""A vault over sftp, seen from its own machine and from those of its clients."""

from __future__ import annotations

import hashlib
import posixpath
from datetime import datetime
from typing import TYPE_CHECKING

from harness.errors import LabError
from harness.facts.fact import Output
from harness.facts.vault import BACKUPS, MANIFEST

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

UNIT = "kubedrill-vault.service"
_KNOWN_HOSTS = "/etc/kubedrill-backup/known_hosts"
_HOST_KEY = "/etc/kubedrill/vault/host_key.pub"


def vault_at(machine: SimulatedMachine, address: str, known: bytes | None = None) -> SimulatedMachine | None:
    """The vault under this address, if it serves and is the one that is known, by default to this machine."""
    vault = machine.world.at(address, machine)
    if vault is None or not vault.units.is_active(UNIT):
        return None
    key = " ".join((vault.read(_HOST_KEY) or b"").decode().split()[:2])
    return vault if key in (known or machine.read(_KNOWN_HOSTS) or b"").decode() else None


def content(machine: SimulatedMachine) -> Output:
    """Each file with its digest, and the manifests."""
    lines = []
    for path in machine.below(BACKUPS):
        file, inner = machine.file(path), path.removeprefix(f"{BACKUPS}/")
        assert file is not None
        # What is there came a second after its run began.
        arrived = datetime.strptime(f"{inner[:16]}+0000", "%Y%m%dT%H%M%SZ%z").timestamp() + 1
        lines.append(f"{file.mode:o} {len(file.content)} {arrived:.3f} {inner}\n")
        lines.append(f"{hashlib.sha256(file.content).hexdigest()}  {path}\n")
        if posixpath.basename(path) == MANIFEST:
            lines.append(file.content.decode())
    return Output(status=0, stdout="".join(lines))


def sftp(machine: SimulatedMachine, argv: list[str]) -> Output:
    """A batch of lists and downloads."""
    vault = vault_at(machine, argv[-1].partition("@")[2])
    if vault is None:
        return Output(status=255, stdout="", stderr="Host key verification failed.\n")
    said = []
    for line in (machine.read(argv[argv.index("-b") + 1]) or b"").decode().splitlines():
        match line.split():
            case ["@ls", "-1"]:
                names = {path.removeprefix(f"{BACKUPS}/").partition("/")[0] for path in vault.below(BACKUPS)}
                said += sorted(names)
            case ["-get", source, target]:
                found = vault.read(f"{BACKUPS}/{source}")
                if found is not None:
                    machine.write(target, found, 0o600)
            case _:
                raise LabError(f"The rehearsal knows no line '{line}' of sftp")
    return Output(status=0, stdout="".join(f"{name}\n" for name in said))


def make_host_key(machine: SimulatedMachine, argv: list[str]) -> Output:
    """A pair of keys that is told from every other one."""
    path = argv[argv.index("-f") + 1]
    machine.write(path, machine.world.uuid(), 0o600)
    machine.write(f"{path}.pub", f"ssh-ed25519 {machine.world.uuid()} root@{machine.spec.name}\n")
    return Output(status=0, stdout="")
