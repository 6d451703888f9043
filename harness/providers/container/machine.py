"""A machine that is a privileged container on an OS disk of its own, with systemd, containerd and kubelet."""

from __future__ import annotations

import contextlib
import importlib.resources
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path

from harness.clock import Clock, Deadline, NotYet, wait_for
from harness.errors import LabError
from harness.ownership import Kind, Lease
from harness.providers.container import podman
from harness.providers.container.channel import NamespaceChannel
from harness.providers.container.ext4 import cut_power
from harness.providers.container.memory import held_by
from harness.providers.container.netns import Layer2
from harness.providers.container.room import check_fed
from harness.providers.local.bays import Bays
from harness.providers.local.disk import BlockDisk, mount, unmount
from harness.providers.local.power import (
    BOOT_BUDGET,
    containerd_runs,
    must_be_off,
    must_be_startable,
    without_power,
)
from harness.spec import DataDisk, NodeSpec, OsSlot

_SHUTDOWN_PATIENCE = timedelta(seconds=20)


class ContainerMachine:
    """One machine; while it is off it is nothing but files."""

    def __init__(
        self,
        spec: NodeSpec,
        *,
        lab: str,
        folder: Path,
        console: Path,
        network: Layer2,
        lease: Lease,
        clock: Clock,
        fit: Callable[[ContainerMachine], Bays],
        fit_data: Callable[[ContainerMachine, DataDisk], BlockDisk],
    ) -> None:
        self.spec = spec
        self.slot = OsSlot.A
        self.console = console
        self.bays = Bays()
        self.folder = folder
        self.channel = NamespaceChannel(spec.name, lambda: self._leader)
        self._name = f"{lab}-{spec.name}"
        self._root = folder / "root"
        self._network = network
        self._lease = lease
        self._clock = clock
        self._fit = fit
        self._fit_data = fit_data
        self._leader: int | None = None

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._leader is not None

    def memory(self) -> int | None:
        """What its control group holds; a machine that goes off meanwhile holds nothing."""
        leader = self._leader
        return 0 if leader is None else held_by(leader)

    def choose(self, slot: OsSlot) -> None:
        """Make this OS disk the one of the next boot."""
        must_be_off(self, "its OS disk can be chosen")
        self.slot = slot

    def power_on(self) -> None:
        """Boot the chosen OS disk; ready means that systemd has reached its default target."""
        must_be_startable(self)
        mount(self._lease, self.bays.os[self.slot].plug(self._lease), self._root)
        self._install_init()
        numbers = [self._device_number(name, disk) for name, disk in self.bays.data.items()]
        self._lease.claim(Kind.CONTAINER, self._name)
        boot = podman.Boot(
            name=self._name,
            hostname=self.spec.called,
            root=self._root,
            netns=self._network.plug(self.spec),
            console=self.console,
            pidfile=self.folder / "pid",
            labels=self._lease.labels,
            environment={
                "KUBEDRILL_DISKS": " ".join(numbers),
                "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE": "1",
                "container": "podman",
            },
        )
        told = self.console.stat().st_size if self.console.exists() else 0
        self._leader = podman.start(boot)
        deadline, every = Deadline.after(BOOT_BUDGET, self._clock), timedelta(milliseconds=50)
        wait_for(f"the boot of machine '{self.spec.name}'", self._booted, deadline, every=every)
        check_fed(self.spec.name, self.console, told)

    def power_off(self) -> None:
        """Shut down in an orderly way."""
        if self.is_on:
            podman.stop(self._name, _SHUTDOWN_PATIENCE)
            self._gone()

    def cut(self) -> None:
        """Take the power away: each of its file systems is shut down without a flush before its processes die."""
        if self._leader is None:
            raise without_power(self, "there is no power to cut")
        # A sync that runs while ext4 is shut down may be answered with success although nothing was kept. Nobody may
        # hear that: a machine without power says nothing, neither this nor that its connections are closed.
        self._network.isolate(self.spec)
        seen = Path(f"/proc/{self._leader}/root")
        for name, disk in self.bays.data.items():
            if disk.device is not None and self._is_mounted(seen, name, disk.device):
                cut_power(seen / name.mount_point.lstrip("/"), disk.device)
        device = self.bays.os[self.slot].device
        if device is None:
            raise LabError(f"The machine '{self.spec.name}' runs without an OS disk")
        cut_power(self._root, device)
        podman.kill(self._name)
        self._gone()

    def replace_disks(self) -> None:
        """Throw all disks away and put in fresh ones; also how the first ones come in."""
        must_be_off(self, "its disks can be replaced")
        self.bays.throw_away()
        self.bays = self._fit(self)
        self.slot = OsSlot.A

    def readdress(self, ip: IPv4Address) -> None:
        """Give it another address, which its disks learn when they are replaced."""
        must_be_off(self, "its address can be changed")
        self.spec = replace(self.spec, ip=ip)

    def rename(self, hostname: str) -> None:
        """Let it call itself something else, which its disks learn when they are replaced."""
        must_be_off(self, "its hostname can be changed")
        self.spec = replace(self.spec, hostname=hostname)

    def adopt(self, bays: Bays, slot: OsSlot) -> None:
        """Take these disks, which are there, and throw away those of before."""
        must_be_off(self, "its disks can be replaced")
        self.bays.throw_away()
        self.bays, self.slot = bays, slot

    def kill_disk(self, name: DataDisk) -> None:
        """Let a data disk die: its file system is shut down under whoever uses it."""
        device = self.bays.data_disk(name, self.spec.name).device
        if self._leader is None or device is None:
            raise without_power(self, "no disk of it can die in use")
        cut_power(Path(f"/proc/{self._leader}/root") / name.mount_point.lstrip("/"), device)

    def replace_disk(self, name: DataDisk) -> None:
        """Take a data disk out and put in a fresh one; a running machine finds it under the same name."""
        old = self.bays.data_disk(name, self.spec.name)
        old.unplug(self._lease)
        old.file.unlink()
        self.bays.data[name] = self._fit_data(self, name)
        if self.is_on:
            self._announce(name)

    def isolate(self) -> None:
        """Take it off the bridge; what it sees of its own link does not change."""
        if not self.is_on:
            raise without_power(self, "it is in no network")
        self._network.isolate(self.spec)

    def reconnect(self) -> None:
        """Put it on the bridge again."""
        if not self.is_on:
            raise without_power(self, "it can be in no network")
        self._network.reconnect(self.spec)

    def discard(self) -> None:
        """Let nothing of the machine be left, in whatever state it is."""
        with contextlib.ExitStack() as steps:
            steps.callback(self._unplug_all)
            if os.path.ismount(self._root):
                steps.callback(unmount, self._lease, self._root)
            steps.callback(self._network.unplug, self.spec)
            steps.callback(self._lease.release, Kind.CONTAINER, self._name)
            steps.callback(podman.remove, self._name)
        self._leader = None

    def _gone(self) -> None:
        self._leader = None
        podman.remove(self._name)
        self._lease.release(Kind.CONTAINER, self._name)
        self._network.unplug(self.spec)
        unmount(self._lease, self._root)
        self._unplug_all()

    def _unplug_all(self) -> None:
        for disk in self.bays.all:
            disk.unplug(self._lease)

    def _install_init(self) -> None:
        script = importlib.resources.files(__package__).joinpath("init.sh").read_text()
        target = self._root / "usr/sbin/kubedrill-init"
        target.write_text(script)
        target.chmod(0o755)

    def _announce(self, name: DataDisk) -> None:
        """What udev does where there is one."""
        _, major, minor = self._device_number(name, self.bays.data[name]).split(":")
        place = f"/dev/disk/kubedrill/{name}"
        for argv in (["rm", place], ["mknod", "--mode=600", place, "b", major, minor]):
            output = self.channel.run(argv)
            if output.status != 0:
                raise LabError(f"The machine '{self.spec.name}' does not see its new disk: {output.stderr.strip()}")

    def _device_number(self, name: DataDisk, disk: BlockDisk) -> str:
        number = disk.plug(self._lease).stat().st_rdev
        return f"{name}:{os.major(number)}:{os.minor(number)}"

    def _is_mounted(self, seen: Path, name: DataDisk, device: Path) -> bool:
        folder = seen / name.mount_point.lstrip("/")
        return folder.exists() and folder.stat().st_dev == device.stat().st_rdev

    def _booted(self) -> bool | NotYet:
        return containerd_runs(self.channel)
