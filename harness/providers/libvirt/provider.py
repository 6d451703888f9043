"""Labs of virtual machines that libvirt runs on this host."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import libvirt

from harness.clock import Clock, HostClock
from harness.errors import LabError
from harness.images.image import NodeImage, ensure_image
from harness.images.store import Store, open_store
from harness.ownership import Lease, open_lease
from harness.providers.libvirt.acceleration import Acceleration, proven_acceleration
from harness.providers.libvirt.away import away_lab
from harness.providers.libvirt.connection import connected
from harness.providers.libvirt.crowd import crowding
from harness.providers.libvirt.frozen import freeze, thaw
from harness.providers.libvirt.guest import guest_files
from harness.providers.libvirt.layer2 import bridged_layer2
from harness.providers.libvirt.machine import VirtualMachine
from harness.providers.libvirt.proof import proven_on
from harness.providers.libvirt.room import room_for_guests
from harness.providers.libvirt.tuning import tuning
from harness.providers.local.bays import Bays
from harness.providers.local.disk import BlockDisk, make_data_disk, make_os_disk
from harness.providers.local.network import NamespaceNetwork
from harness.providers.local.remains import discarding, keep, place_of, shell_on
from harness.providers.seam import Fidelity, Network
from harness.spec import DataDisk, LabSpec, NodeSpec
from harness.spec.connection import SESSION, SYSTEM, is_remote

_LIMITS = (
    "A disk's own write cache is not modelled: a cut loses what the machine did not flush, and nothing that it did.",
    "The firmware is SeaBIOS and the boot loader GRUB for BIOS; a boot by UEFI is not shown.",
)
_WITNESSED = (
    "The witness is a machine of the lab: what it is asked, and each answer, takes the way through libvirt's channel."
)
_CABLED = (
    "The lab's cables are UDP ports of this host's loopback, joined by the witness machine: nothing of the lab leaves "
    "the host, but other users of the host could send into it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LibvirtLab:
    """One lab while it exists."""

    name: str
    spec: LabSpec
    machines: Mapping[str, VirtualMachine]
    network: Network
    kubernetes: str
    image: str
    acceleration: Acceleration
    lease: Lease
    checkpoints: Path | None
    hardware: str
    freezes_memory: bool = True

    @property
    def pace(self) -> float:
        """How much longer things may take, and longer still while other labs share the processors."""
        return self.acceleration.pace if self.acceleration.kvm else self.acceleration.pace * crowding()

    def freeze(self, folder: Path, asleep: Sequence[str] = ()) -> None:
        """Copy the lab as it is into a folder, disks and memory, and let it go on; some machines stay asleep."""
        self._must_freeze()
        freeze(self.machines.values(), folder, asleep)

    def thaw(self, folder: Path) -> None:
        """Go on from where a frozen lab stood."""
        self._must_freeze()
        thaw(self.machines, folder)

    def _must_freeze(self) -> None:
        if self.checkpoints is None:
            raise LabError(f"The lab '{self.name}' cannot be frozen: its disks are not ours to clone")

    def keep(self, period: timedelta) -> str:
        """Let the lab outlive this process for so long, and say how to get in."""
        return keep(self.lease, period, shell_on(self.lease, self.machines))


class LibvirtProvider:
    """Makes labs of virtual machines."""

    name = "libvirt"

    def __init__(self, clock: Clock | None = None, *, source: str = "auto", uri: str = SYSTEM) -> None:
        self.clock: Clock = clock or HostClock()
        self._source = source
        self._uri = uri

    @cached_property
    def acceleration(self) -> Acceleration:
        """How guests run here; the first question boots one."""
        return proven_on(self._uri) if is_remote(self._uri) else proven_acceleration()

    @property
    def fidelity(self) -> Fidelity:
        """Real machines, under KVM or emulated."""
        return Fidelity.VM_KVM if self.acceleration.kvm else Fidelity.VM_EMULATED

    @property
    def limits(self) -> tuple[str, ...]:
        """What these machines cannot show."""
        there = _LIMITS if self._uri == SYSTEM else (*_LIMITS, _WITNESSED)
        if self._uri == SESSION:
            there = (*there, _CABLED)
        return (*there, *self.acceleration.limits)

    def room(self, spec: LabSpec) -> contextlib.AbstractContextManager[None]:  # noqa: ARG002
        """The processors of this host, where they emulate; those of another one are its own business."""
        return contextlib.nullcontext() if is_remote(self._uri) else room_for_guests(self.acceleration)

    @contextlib.contextmanager
    def lab(self, spec: LabSpec, *, kubernetes: str, run: str, folder: Path) -> Iterator[LibvirtLab]:
        """A lab for as long as the block lasts; its consoles go into the folder."""
        image = ensure_image(kubernetes, self._source)
        if self._uri != SYSTEM:
            with self._away(spec, image, run, folder) as lab:
                yield lab
            return
        with contextlib.ExitStack() as stack:
            connection = stack.enter_context(connected(self._uri))
            lease = stack.enter_context(open_lease(run))
            store = stack.enter_context(open_store())
            place = stack.enter_context(place_of(store.folder, lease))
            network = stack.enter_context(bridged_layer2(connection, lease.name, spec, lease))
            workshop = _Workshop(
                spec=spec,
                place=place,
                consoles=folder,
                store=store,
                image=image,
                connection=connection,
                acceleration=self.acceleration,
                lease=lease,
                clock=self.clock,
            )
            machines = {node.name: workshop.machine(node) for node in spec.nodes}
            stack.enter_context(discarding(machines.values(), lease))
            with ThreadPoolExecutor(max_workers=4) as threads:
                list(threads.map(VirtualMachine.replace_disks, machines.values()))
            yield LibvirtLab(
                name=lease.name,
                spec=spec,
                machines=machines,
                network=NamespaceNetwork(network.namespace, pace=self.acceleration.pace),
                kubernetes=image.kubernetes,
                image=image.digest,
                acceleration=self.acceleration,
                lease=lease,
                checkpoints=store.folder / "checkpoints",
                hardware=self.acceleration.hardware,
            )

    @contextlib.contextmanager
    def _away(self, spec: LabSpec, image: NodeImage, run: str, folder: Path) -> Iterator[LibvirtLab]:
        acceleration = self.acceleration
        with away_lab(
            self._uri, spec, image=image, acceleration=acceleration, run=run, folder=folder, clock=self.clock
        ) as made:
            yield LibvirtLab(
                name=made.lease.name,
                spec=spec,
                machines=made.machines,
                network=made.network,
                kubernetes=image.kubernetes,
                image=image.digest,
                acceleration=acceleration,
                lease=made.lease,
                checkpoints=None,
                hardware="",
                freezes_memory=False,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Workshop:
    """What all machines of one lab are made with."""

    spec: LabSpec
    place: Path
    consoles: Path
    store: Store
    image: NodeImage
    connection: libvirt.virConnect
    acceleration: Acceleration
    lease: Lease
    clock: Clock

    def machine(self, node: NodeSpec) -> VirtualMachine:
        """A machine with empty bays."""
        folder = self.place / node.name
        folder.mkdir()
        return VirtualMachine(
            node,
            lab=self.lease.name,
            folder=folder,
            console=self.consoles / f"console-{node.name}.log",
            connection=self.connection,
            acceleration=self.acceleration,
            lease=self.lease,
            clock=self.clock,
            fit=self.fit,
            fit_data=self.fit_data,
        )

    def fit(self, machine: VirtualMachine) -> Bays:
        """Fresh disks for a machine."""
        node, folder = machine.spec, machine.folder
        files = {**guest_files(self.spec, node), **tuning(self.acceleration)}
        return Bays(
            os={
                slot: make_os_disk(
                    self.store, self.image, node, slot, folder, self.lease, files=files, systemd_cgroups=True
                )
                for slot in node.os_slots
            },
            data={disk.name: make_data_disk(self.store, disk, folder) for disk in node.data_disks},
        )

    def fit_data(self, machine: VirtualMachine, name: DataDisk) -> BlockDisk:
        """One fresh data disk for a machine."""
        disk = next(disk for disk in machine.spec.data_disks if disk.name is name)
        return make_data_disk(self.store, disk, machine.folder)
