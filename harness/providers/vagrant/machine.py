"""A machine that Vagrant makes and unmakes; power and boot order, of which it knows little, are libvirt's."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from threading import Lock

import libvirt

from harness.clock import Clock, Deadline, NotYet, wait_for
from harness.errors import LabError
from harness.ownership import Kind, Lease
from harness.providers.libvirt.agent import AgentChannel
from harness.providers.libvirt.connection import domain_named, resident
from harness.providers.local.power import (
    BOOT_BUDGET,
    containerd_runs,
    must_be_off,
    must_be_startable,
    without_power,
)
from harness.providers.vagrant.boot_order import booting_from
from harness.providers.vagrant.command import VagrantCommand
from harness.providers.vagrant.plan import Plan
from harness.spec import DataDisk, NodeSpec, OsSlot

_SHUTDOWN_PATIENCE = timedelta(seconds=30)
#: One at a time: each `vagrant up` looks for the box's volumes and the network, and makes them if they are not there.
_MAKING = Lock()


class VagrantMachine:
    """One machine; before its first boot, and after its disks were thrown away, there is none of it."""

    def __init__(
        self,
        spec: NodeSpec,
        *,
        plan: Plan,
        console: Path,
        vagrant: VagrantCommand,
        connection: libvirt.virConnect,
        lease: Lease,
        clock: Clock,
    ) -> None:
        self.spec = spec
        self.slot = OsSlot.A
        self.console = console
        self.name = plan.domain(spec)
        self.channel = AgentChannel(spec.name, self._running)
        self._pace = plan.acceleration.pace
        self._vagrant = vagrant
        self._connection = connection
        self._lease = lease
        self._clock = clock

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._running() is not None

    def memory(self) -> int | None:
        """What its emulator has in memory."""
        try:
            return resident(self._running())
        except libvirt.libvirtError:
            # Vagrant takes a machine away between two questions.
            return None

    def choose(self, slot: OsSlot) -> None:
        """Make this OS disk the first, and only, one of the boot order."""
        must_be_off(self, "its OS disk can be chosen")
        self.slot = slot

    def power_on(self) -> None:
        """Boot the chosen OS disk; ready means that its agent answers and containerd runs."""
        must_be_startable(self)
        if domain_named(self._connection, self.name) is None:
            self._make()
        else:
            self._boot()
        self._await_boot()

    def power_off(self) -> None:
        """Shut down in an orderly way."""
        domain = self._running()
        if domain is None:
            return
        try:
            domain.shutdown()
        except libvirt.libvirtError as refused:
            raise LabError(f"The machine '{self.spec.name}' cannot be shut down: {refused}") from refused
        deadline = Deadline.after(_SHUTDOWN_PATIENCE * self._pace, self._clock)
        wait_for(f"the shutdown of machine '{self.spec.name}'", self._ended, deadline)

    def cut(self) -> None:
        """Take the power away: what the machine had not flushed to its disks is gone with its memory."""
        domain = self._running()
        if domain is None:
            raise without_power(self, "there is no power to cut")
        try:
            domain.destroy()
        except libvirt.libvirtError as refused:
            raise LabError(f"The power of machine '{self.spec.name}' cannot be cut: {refused}") from refused

    def replace_disks(self) -> None:
        """Throw all disks away; Vagrant makes fresh ones when the machine is switched on."""
        must_be_off(self, "its disks can be replaced")
        self._vagrant.destroy(self.spec.name)
        self.slot = OsSlot.A

    def readdress(self, ip: IPv4Address) -> None:
        """Refuse: its lab gives it the address that was asked for."""
        raise LabError(f"The machine '{self.spec.name}' cannot get the address {ip}: virtual machines keep theirs")

    def rename(self, hostname: str) -> None:
        """Refuse: its lab gives it the name that was asked for."""
        raise LabError(
            f"The machine '{self.spec.name}' cannot be called '{hostname}': virtual machines keep their names"
        )

    def kill_disk(self, name: DataDisk) -> None:
        """No means was found yet that leaves the rest of a virtual machine alone."""
        raise LabError(
            f"The data disk '{name}' of '{self.spec.name}' cannot die: virtual machines have no means for it yet"
        )

    def replace_disk(self, name: DataDisk) -> None:
        """A disk that cannot die needs no successor."""
        raise LabError(
            f"The data disk '{name}' of '{self.spec.name}' cannot be replaced alone on a virtual machine yet"
        )

    def isolate(self) -> None:
        """Its network is Vagrant's."""
        raise LabError(f"The machine '{self.spec.name}' cannot be cut off: its network is Vagrant's, not ours")

    def reconnect(self) -> None:
        """Nobody can have cut it off."""

    def discard(self) -> None:
        """Let nothing of the machine be left, in whatever state it is."""
        with contextlib.ExitStack() as steps:
            steps.callback(self._lease.release, Kind.DOMAIN, self.name)
            steps.callback(self._forget)
            steps.callback(self._vagrant.destroy, self.spec.name)

    def _make(self) -> None:
        self._lease.claim(Kind.DOMAIN, self.name)
        with _MAKING:
            self._vagrant.up(self.spec.name)
        if self.slot is not OsSlot.A:
            self.cut()
            self._boot()

    def _boot(self) -> None:
        try:
            domain = self._connection.lookupByName(self.name)
            description = domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE)
            self._connection.defineXML(booting_from(description, self.slot)).create()
        except libvirt.libvirtError as refused:
            raise LabError(f"The machine '{self.spec.name}' cannot be started: {refused}") from refused

    def _await_boot(self) -> None:
        deadline = Deadline.after(BOOT_BUDGET * self._pace, self._clock)
        every = timedelta(milliseconds=100) * self._pace
        wait_for(f"the boot of machine '{self.spec.name}'", self._booted, deadline, every=every)

    def _booted(self) -> bool | NotYet:
        if not self.is_on:
            raise LabError(f"The machine '{self.spec.name}' ended while it booted; see its console '{self.console}'")
        if not self.channel.answers():
            return NotYet("its agent does not answer")
        if self.channel.run(["test", "-e", "/etc/kubedrill/fresh"]).status == 0:
            return NotYet("its disks are being given an identity")
        return containerd_runs(self.channel)

    def _running(self) -> libvirt.virDomain | None:
        domain = domain_named(self._connection, self.name)
        return domain if domain is not None and domain.isActive() else None

    def _ended(self) -> bool | NotYet:
        return NotYet("it still runs") if self.is_on else True

    def _forget(self) -> None:
        domain = domain_named(self._connection, self.name)
        if domain is None:
            return
        if domain.isActive():
            domain.destroy()
        domain.undefine()
