"""A simulated machine: power, disks, mounts, and what runs on it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

from harness.errors import LabError
from harness.providers.rehearsal.backups import Backups
from harness.providers.rehearsal.channel import SimulatedChannel
from harness.providers.rehearsal.control_plane import ControlPlane
from harness.providers.rehearsal.disk import File, SimulatedDisk
from harness.providers.rehearsal.kubelet import Kubelet
from harness.providers.rehearsal.sidecar import Sidecar
from harness.providers.rehearsal.systemd import INSTALLED, Units
from harness.providers.rehearsal.world import World
from harness.spec import DataDisk, NodeSpec, OsSlot

_BOOT_SECONDS = 1.5
_SHUTDOWN_SECONDS = 3.0
_CUT_SECONDS = 0.2


class SimulatedMachine:
    """Its name and address outlive its disks; what is not on a disk does not outlive its power."""

    def __init__(self, spec: NodeSpec, world: World, console: Path) -> None:
        self.spec = spec
        self.world = world
        self.console = console
        self.slot = spec.os_slots[0]
        self.is_on = False
        #: Nothing passes between it and the others.
        self.is_isolated = False
        self.boot_id = ""
        self.mounts: dict[str, SimulatedDisk] = {}
        self.os_disks: Mapping[OsSlot, SimulatedDisk] = {}
        self.data_disks: dict[DataDisk, SimulatedDisk] = {}
        self.units = Units(self)
        self.kubelet = Kubelet(self)
        self.control_plane = ControlPlane(self)
        self.sidecar = Sidecar(self)
        self.backups = Backups(self)
        self.channel = SimulatedChannel(self)
        self._fit()

    def memory(self) -> int | None:
        """Nothing is measured of what does not exist."""
        return None

    def power_on(self) -> None:
        """Boot the chosen OS disk."""
        self.world.call(f"machine.power_on:{self.spec.name}", 0)
        if self.is_on:
            raise LabError(f"The machine '{self.spec.name}' is on already")
        self.world.clock.spend(_BOOT_SECONDS)
        self.is_on = True
        self.boot_id = self.world.uuid()
        self.mounts = {"/": self.os_disks[self.slot], "/run": SimulatedDisk("tmpfs", "", "")}
        self._log(f"booting from OS disk '{self.slot}'")
        self.units.boot()

    def power_off(self) -> None:
        """Shut down in an orderly way."""
        self.world.call(f"machine.power_off:{self.spec.name}", _SHUTDOWN_SECONDS)
        if self.is_on:
            self.sync()
            self._log("reached target poweroff")
        self._go_dark()

    def cut(self) -> None:
        """Take the power away."""
        self.world.call(f"machine.cut:{self.spec.name}", 0)
        for disk in (*self.os_disks.values(), *self.data_disks.values()):
            disk.lose_unsynced()
        self._go_dark()
        self.world.clock.spend(_CUT_SECONDS)

    def choose(self, slot: OsSlot) -> None:
        """Make this OS disk the one of the next boot."""
        self.world.call(f"machine.choose:{self.spec.name}", 0)
        if slot not in self.os_disks:
            raise LabError(f"The machine '{self.spec.name}' has no OS disk '{slot}'")
        if self.is_on:
            raise LabError(f"The machine '{self.spec.name}' is on, so its OS disk cannot be changed")
        self.slot = slot

    def replace_disks(self) -> None:
        """Throw all disks away and put in fresh ones."""
        self.world.call(f"machine.replace_disks:{self.spec.name}", 0)
        if self.is_on:
            raise LabError(f"The machine '{self.spec.name}' is on, so its disks cannot be changed")
        self._fit()

    def readdress(self, ip: IPv4Address) -> None:
        """Give it another address."""
        self.world.call(f"machine.readdress:{self.spec.name}", 0)
        if self.is_on:
            raise LabError(f"The machine '{self.spec.name}' is on, so its address cannot be changed")
        self.spec = replace(self.spec, ip=ip)

    def rename(self, hostname: str) -> None:
        """Let it call itself something else."""
        self.world.call(f"machine.rename:{self.spec.name}", 0)
        if self.is_on:
            raise LabError(f"The machine '{self.spec.name}' is on, so its hostname cannot be changed")
        self.spec = replace(self.spec, hostname=hostname)

    def kill_disk(self, name: DataDisk) -> None:
        """Let a mounted data disk die."""
        self.world.call(f"machine.kill_disk:{self.spec.name}:{name}", 0)
        if name.mount_point not in self.mounts:
            raise LabError(f"The data disk '{name}' of '{self.spec.name}' is not mounted: it cannot die in use")
        self.mounts[name.mount_point].dead = True

    def replace_disk(self, name: DataDisk) -> None:
        """Take a data disk out and put in a fresh one."""
        self.world.call(f"machine.replace_disk:{self.spec.name}:{name}", 0)
        if name.mount_point in self.mounts:
            raise LabError(f"The data disk '{name}' of '{self.spec.name}' is mounted still")
        self.data_disks[name] = self._data_disk(name)

    def isolate(self) -> None:
        """Let nothing pass between it and the others; if its etcd leads, they elect another."""
        self.world.call(f"machine.isolate:{self.spec.name}", 0)
        if not self.is_on:
            raise LabError(f"The machine '{self.spec.name}' is off, so it is in no network")
        self.control_plane.lose_touch()
        self.is_isolated = True

    def reconnect(self) -> None:
        """Let it be in the network again."""
        self.world.call(f"machine.reconnect:{self.spec.name}", 0)
        if not self.is_on:
            raise LabError(f"The machine '{self.spec.name}' is off, so it can be in no network")
        self.is_isolated = False

    def place(self, path: str) -> tuple[SimulatedDisk, str]:
        """The disk that a path leads to, and the path on it."""
        point = ""
        for one in self.mounts:
            # A file is looked for some thousand times in a rehearsal.
            if path.startswith(one) and len(one) > len(point) and (one == "/" or path[len(one) :][:1] in ("", "/")):
                point = one
        if not point:
            raise ValueError(f"Nothing is mounted on '{self.spec.name}' that has '{path}'")
        return self.mounts[point], "/" + path.removeprefix(point).lstrip("/")

    def file(self, path: str) -> File | None:
        """A file, if it is there."""
        if path == "/proc/sys/kernel/hostname":
            return File(f"{self.spec.called}\n".encode(), 0o444)
        if path == "/proc/sys/kernel/random/boot_id":
            return File(f"{self.boot_id}\n".encode(), 0o444)
        disk, inner = self.place(path)
        return disk.files.get(inner)

    def read(self, path: str) -> bytes | None:
        """What a file holds, if it is there."""
        found = self.file(path)
        return found.content if found is not None else None

    def write(self, path: str, content: bytes | str, mode: int | None = None, *, sync: bool = False) -> None:
        """Write a file."""
        disk, inner = self.place(path)
        disk.write(inner, content.encode() if isinstance(content, str) else content, mode)
        if sync:
            disk.sync(inner)

    def below(self, folder: str) -> Iterator[str]:
        """The files in a folder, mounts not crossed."""
        disk, inner = self.place(folder)
        for path in disk.below(inner):
            yield folder.rstrip("/") + path.removeprefix(inner.rstrip("/"))

    def sync(self) -> None:
        """Bring everything to the disks."""
        for disk in self.mounts.values():
            disk.sync()

    def _fit(self) -> None:
        self.os_disks = {slot: self._os_disk(slot) for slot in self.spec.os_slots}
        self.data_disks = {disk.name: self._data_disk(disk.name) for disk in self.spec.data_disks}

    def _data_disk(self, name: DataDisk) -> SimulatedDisk:
        return SimulatedDisk(f"/dev/disk/kubedrill/{name}", self.world.uuid(), self._serial())

    def _os_disk(self, slot: OsSlot) -> SimulatedDisk:
        disk = SimulatedDisk(f"/dev/vd{slot}", self.world.uuid(), self._serial())
        disk.write("/etc/kubedrill/disk.json", (json.dumps({"slot": slot, "serial": disk.serial}) + "\n").encode())
        disk.write("/etc/os-release", b'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n')
        for unit in INSTALLED:
            disk.write(Units.link(unit), b"")
        disk.sync()
        return disk

    def _serial(self) -> str:
        return self.world.random.randbytes(6).hex()

    def _go_dark(self) -> None:
        self.is_on = self.is_isolated = False
        self.mounts = {}
        self.units.go_dark()
        self.kubelet.go_dark()
        self.control_plane.go_dark()
        self.sidecar.go_dark()
        self.backups.go_dark()

    def _log(self, line: str) -> None:
        with self.console.open("a") as console:
            console.write(f"[{self.world.clock.monotonic():12.6f}] {self.spec.name}: {line}\n")
