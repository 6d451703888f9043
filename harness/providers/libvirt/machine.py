"""A machine that is a virtual one: a transient domain while it has power, and files while it has none."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path

import libvirt

from harness.clock import Clock, Deadline, NotYet, wait_for
from harness.errors import LabError, StoodStillError
from harness.ownership import Kind, Lease
from harness.ownership.virtual import logs_of
from harness.providers.libvirt.acceleration import Acceleration
from harness.providers.libvirt.agent import AgentChannel
from harness.providers.libvirt.boot import comes_up
from harness.providers.libvirt.connection import domain_named, resident
from harness.providers.libvirt.console import listened_to
from harness.providers.libvirt.domain import Hardware
from harness.providers.libvirt.layer2 import bridge_of
from harness.providers.libvirt.plugging import let_die, plug, pull
from harness.providers.libvirt.port import pull_off, put_on, tap_of
from harness.providers.libvirt.surroundings import Surroundings
from harness.providers.local.bays import Bays
from harness.providers.local.disk import BlockDisk
from harness.providers.local.power import BOOT_BUDGET, must_be_off, must_be_startable, without_power
from harness.spec import DataDisk, NodeSpec, OsSlot
from harness.spec.connection import SYSTEM

_SHUTDOWN_PATIENCE = timedelta(seconds=30)
#: A machine lets go of a disk, or finds one, within a second or two, and within 6 s under emulation.
_PULL_PATIENCE = timedelta(seconds=30)


class VirtualMachine:
    """One virtual machine."""

    def __init__(
        self,
        spec: NodeSpec,
        *,
        lab: str,
        folder: Path,
        console: Path,
        connection: libvirt.virConnect,
        acceleration: Acceleration,
        lease: Lease,
        clock: Clock,
        fit: Callable[[VirtualMachine], Bays],
        fit_data: Callable[[VirtualMachine, DataDisk], BlockDisk],
        surroundings: Surroundings | None = None,
        channels: tuple[str, ...] = (),
    ) -> None:
        self.spec = spec
        self.slot = OsSlot.A
        self.console = console
        self.folder = folder
        self.bays = Bays()
        self.name = f"{lab}-{spec.name}"
        self.channel = AgentChannel(spec.name, lambda: self._domain)
        self.lab = lab
        self._connection = connection
        self._acceleration = acceleration
        self.lease = lease
        self._clock = clock
        self._fit = fit
        self._fit_data = fit_data
        self._surroundings = surroundings or Surroundings()
        self._channels = channels
        self._domain: libvirt.virDomain | None = None
        #: What it would go on from, instead of a boot.
        self._asleep: Path | None = None

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._domain is not None

    def memory(self) -> int | None:
        """What its emulator has in memory."""
        return resident(self._domain)

    def choose(self, slot: OsSlot) -> None:
        """Make this OS disk the first, and only, one of the boot order."""
        must_be_off(self, "its OS disk can be chosen")
        self.slot, self._asleep = slot, None

    def power_on(self) -> None:
        """Boot the chosen OS disk; ready means that its agent answers and containerd runs."""
        must_be_startable(self)
        if self._asleep is not None:
            self._wake(self._asleep)
            return
        self._claim()
        if not comes_up(self.spec.name, self.console, self._start, self._booted, self._acceleration, self._clock):
            self.cut()
            why = f"its emulator forgot a processor's timer; see its console '{self.console.name}'"
            raise StoodStillError(f"The machine '{self.spec.name}' stood still while it booted: {why}")

    def power_off(self) -> None:
        """Shut down in an orderly way."""
        domain = self._domain
        if domain is None:
            return
        try:
            domain.shutdown()
            deadline = Deadline.after(_SHUTDOWN_PATIENCE * self._acceleration.pace, self._clock)
            wait_for(f"the shutdown of machine '{self.spec.name}'", self._ended, deadline)
        except libvirt.libvirtError as refused:
            raise LabError(f"The machine '{self.spec.name}' cannot be shut down: {refused}") from refused
        self._gone()

    def cut(self) -> None:
        """Take the power away: what the machine had not flushed to its disks is gone with its memory."""
        if self._domain is None:
            raise without_power(self, "there is no power to cut")
        self._destroy()
        self._gone()

    def save(self, memory: Path) -> None:
        """Stop, with all that is in memory in a file; the disks stay as they are until the machine goes on."""
        if self._domain is None:
            raise without_power(self, "it has no memory that could be saved")
        try:
            self._domain.save(str(memory))
        except libvirt.libvirtError as refused:
            raise LabError(f"The memory of machine '{self.spec.name}' cannot be saved: {refused}") from refused
        self._domain = None

    def restore(self, memory: Path) -> None:
        """Go on from a saved memory."""
        self._claim()
        try:
            self._connection.restore(str(memory))
        except libvirt.libvirtError as refused:
            raise LabError(f"The machine '{self.spec.name}' cannot go on from '{memory}': {refused}") from refused
        self._domain = domain_named(self._connection, self.name)

    def sleep_in(self, memory: Path) -> None:
        """Have no power, and go on from a saved memory when it comes."""
        self._asleep = memory
        self.lease.release(Kind.DOMAIN, self.name)

    def go_on(self, memory: Path) -> None:
        """Go on from a saved memory that is this machine's alone, with the clock of the host."""
        self.restore(memory)
        memory.unlink()
        deadline = Deadline.after(BOOT_BUDGET * self._acceleration.pace, self._clock)
        wait_for(f"machine '{self.spec.name}' to take the host's clock", self._told_the_time, deadline)

    def adopt(self, bays: Bays, slot: OsSlot) -> None:
        """Take these disks, which are there, and throw away those of before."""
        must_be_off(self, "its disks can be replaced")
        self.bays.throw_away()
        self.bays, self.slot = bays, slot

    def replace_disks(self) -> None:
        """Throw all disks away and put in fresh ones; also how the first ones come in."""
        must_be_off(self, "its disks can be replaced")
        self.bays.throw_away()
        self.bays = self._fit(self)
        self.slot, self._asleep = OsSlot.A, None

    def readdress(self, ip: IPv4Address) -> None:
        """Refuse: its lab gives it the address that was asked for."""
        raise LabError(f"The machine '{self.spec.name}' cannot get the address {ip}: virtual machines keep theirs")

    def rename(self, hostname: str) -> None:
        """Refuse: its lab gives it the name that was asked for."""
        raise LabError(
            f"The machine '{self.spec.name}' cannot be called '{hostname}': virtual machines keep their names"
        )

    def kill_disk(self, name: DataDisk) -> None:
        """Let each write to a data disk fail from now on, whoever uses it; it stays where it is."""
        self.bays.data_disk(name, self.spec.name)
        if self._domain is None:
            raise without_power(self, "no disk of it can die in use")
        let_die(self._domain, self.hardware().data_disk(name), self.spec.name)

    def replace_disk(self, name: DataDisk) -> None:
        """Take a data disk out and put in a fresh one; a running machine finds it under the same name."""
        old = self.bays.data_disk(name, self.spec.name)
        patience = _PULL_PATIENCE * self._acceleration.pace
        if self._domain is not None:
            out = Deadline.after(patience, self._clock)
            pull(self._domain, self.hardware().data_disk(name), self.spec.name, out)
        self.bays.remove(old.file)
        self.bays.data[name] = self._fit_data(self, name)
        if self._domain is not None:
            plug(self._domain, self.hardware().data_disk(name), self.spec.name)
            seen = Deadline.after(patience, self._clock)
            wait_for(f"machine '{self.spec.name}' to see its new disk", lambda: self._sees(name), seen)

    def isolate(self) -> None:
        """Take it off the lab's bridge; what it sees of its own link does not change."""
        pull_off(self._tap(), self.spec.name)

    def reconnect(self) -> None:
        """Put it on the lab's bridge again."""
        put_on(self._tap(), bridge_of(self.lab), self.spec.name)

    def discard(self) -> None:
        """Let nothing of the machine be left, in whatever state it is."""
        with contextlib.ExitStack() as steps:
            steps.callback(self.lease.release, Kind.DOMAIN, self.name)
            logs = logs_of(self._surroundings.uri)
            if logs is not None:
                steps.callback((logs / f"{self.name}.log").unlink, missing_ok=True)
            steps.callback(self._destroy)
        self._domain = None

    def hardware(self) -> Hardware:
        """What the next boot is made of."""
        return Hardware(
            name=self.name,
            run=self.lease.run,
            node=self.spec,
            network=self.lab,
            console=self.console.absolute(),
            os_disks={slot: (disk.file, disk.serial) for slot, disk in self.bays.os.items()},
            data_disks={name: disk.file for name, disk in self.bays.data.items()},
            slot=self.slot,
            acceleration=self._acceleration,
            surroundings=self._surroundings,
            channels=self._channels,
            sockets=self.folder.absolute() if self._surroundings.own_sockets else None,
        )

    def _tap(self) -> str:
        if self._domain is None:
            raise without_power(self, "it is in no network")
        if self._surroundings.uri != SYSTEM:
            raise LabError(f"The machine '{self.spec.name}' cannot be cut off: the bridge is not one of this host")
        return tap_of(self._domain, self.spec)

    def _claim(self) -> None:
        self.lease.claim(Kind.DOMAIN, self.name, uri=self._surroundings.uri)

    def _wake(self, memory: Path) -> None:
        self._asleep = None
        self.go_on(memory)

    def _start(self) -> None:
        xml = self.hardware().to_xml()
        try:
            if self._surroundings.is_here:
                self._domain = self._connection.createXML(xml, 0)
            else:
                self._domain = listened_to(self._connection, xml, self.console)
        except libvirt.libvirtError as refused:
            raise LabError(f"The machine '{self.spec.name}' cannot be started: {refused}") from refused

    def _destroy(self) -> None:
        domain = self._domain or domain_named(self._connection, self.name)
        if domain is None:
            return
        try:
            domain.destroy()
        except libvirt.libvirtError as refused:
            if refused.get_error_code() != libvirt.VIR_ERR_NO_DOMAIN:
                raise LabError(f"The machine '{self.spec.name}' cannot be ended: {refused}") from refused

    def _gone(self) -> None:
        self._domain = None
        self.lease.release(Kind.DOMAIN, self.name)

    def _sees(self, name: DataDisk) -> bool | NotYet:
        there = self.channel.run(["test", "-b", f"/dev/disk/kubedrill/{name}"]).status == 0
        return True if there else NotYet(f"there is no /dev/disk/kubedrill/{name}")

    def _ended(self) -> bool | NotYet:
        there = domain_named(self._connection, self.name)
        return True if there is None else NotYet("it still runs")

    def _told_the_time(self) -> bool | NotYet:
        """Right after it went on, the agent may be heard of once and then not for a while."""
        try:
            output = self.channel.run(["date", "--utc", f"--set=@{time.time():.3f}"])
        except LabError as silent:
            return NotYet(str(silent))
        return True if output.status == 0 else NotYet(output.stderr.strip())

    def _booted(self) -> bool | NotYet:
        if self._ended() is True:
            raise LabError(f"The machine '{self.spec.name}' ended while it booted; see its console '{self.console}'")
        if not self.channel.answers():
            return NotYet("its agent does not answer")
        try:
            return self._surroundings.booted(self.channel)
        except LabError as silent:  # an agent that has just answered may be gone again while the machine boots
            return NotYet(str(silent))
