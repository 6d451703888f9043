"""Labs of container machines: the host's kernel, everything else real, at native speed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from harness.clock import Clock, HostClock
from harness.images.image import NodeImage, ensure_image
from harness.images.store import Store, open_store
from harness.ownership import Lease, open_lease
from harness.providers.container.frozen import freeze, thaw
from harness.providers.container.machine import ContainerMachine
from harness.providers.container.netns import Layer2, layer2
from harness.providers.container.room import room_for
from harness.providers.container.runtime import CgroupMode, cgroup_mode
from harness.providers.local.bays import Bays
from harness.providers.local.disk import BlockDisk, make_data_disk, make_os_disk
from harness.providers.local.network import NamespaceNetwork
from harness.providers.local.remains import discarding, keep, place_of, shell_on
from harness.providers.seam import Fidelity
from harness.spec import DataDisk, LabSpec, NodeSpec, Role

_LIMITS = (
    "The machines share the host's kernel: no boot loader, firmware or kernel takes part in a boot.",
    "No machine has a clock of its own, so clock faults cannot be shown.",
    "A disk's own write cache is not modelled: a cut loses what was not synced to the disk, and nothing that was.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerLab:
    """One lab while it exists."""

    name: str
    spec: LabSpec
    machines: Mapping[str, ContainerMachine]
    network: NamespaceNetwork
    kubernetes: str
    image: str
    lease: Lease
    pace: float = 1.0
    checkpoints: Path | None = None
    freezes_memory: bool = False
    hardware: str = ""

    def freeze(self, folder: Path, asleep: Sequence[str] = ()) -> None:
        """Shut the machines down, copy their disks into a folder, and boot them again; some stay off."""
        freeze(self.machines.values(), folder, asleep)

    def thaw(self, folder: Path) -> None:
        """Boot from the disks of a frozen lab."""
        thaw(self.machines, folder)

    def keep(self, period: timedelta) -> str:
        """Let the lab outlive this process for so long, and say how to get in."""
        return keep(self.lease, period, shell_on(self.lease, self.machines))


class ContainerProvider:
    """Makes labs of podman containers whose roots are OS disk images."""

    name = "container"
    fidelity = Fidelity.CONTAINER
    limits = _LIMITS

    def __init__(self, clock: Clock | None = None, *, source: str = "auto") -> None:
        self.clock: Clock = clock or HostClock()
        self._source = source

    def room(self, spec: LabSpec) -> contextlib.AbstractContextManager[None]:
        """Inotify instances of the host's kernel for each machine."""
        return room_for(len(spec.nodes))

    @contextlib.contextmanager
    def lab(self, spec: LabSpec, *, kubernetes: str, run: str, folder: Path) -> Iterator[ContainerLab]:
        """A lab for as long as the block lasts; its consoles go into the folder."""
        image = ensure_image(kubernetes, self._source)
        with contextlib.ExitStack() as stack:
            lease = stack.enter_context(open_lease(run))
            store = stack.enter_context(open_store())
            name = lease.name
            place = stack.enter_context(place_of(store.folder, lease))
            network = stack.enter_context(layer2(name, spec, lease))
            workshop = _Workshop(
                name=name,
                place=place,
                consoles=folder,
                store=store,
                image=image,
                network=network,
                lease=lease,
                clock=self.clock,
            )
            machines = {node.name: workshop.machine(node) for node in spec.nodes}
            stack.enter_context(discarding(machines.values(), lease))
            with ThreadPoolExecutor(max_workers=4) as threads:
                list(threads.map(ContainerMachine.replace_disks, machines.values()))
            yield ContainerLab(
                name=name,
                spec=spec,
                machines=machines,
                network=NamespaceNetwork(network),
                kubernetes=image.kubernetes,
                image=image.digest,
                lease=lease,
                checkpoints=store.folder / "checkpoints" if _is_worth_a_checkpoint(spec) else None,
            )


def _is_worth_a_checkpoint(spec: LabSpec) -> bool:
    """Whether later drills save more than the first one pays for.

    Built, thawed, and what the first drill pays to freeze it, in seconds on two busy cores: '1' 24, 23 and 25;
    '1+1' 25 to 30, 23 to 26 and 28; '3+1' 63 to 83, 27 and 39. Whatever boots waits some 15 s for kubelet's probes.
    """
    return len(spec.of_role(Role.CONTROL_PLANE)) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Workshop:
    """What all machines of one lab are made with."""

    name: str
    place: Path
    consoles: Path
    store: Store
    image: NodeImage
    network: Layer2
    lease: Lease
    clock: Clock

    def machine(self, node: NodeSpec) -> ContainerMachine:
        """A machine with empty bays."""
        folder = self.place / node.name
        folder.mkdir()
        return ContainerMachine(
            node,
            lab=self.name,
            folder=folder,
            console=self.consoles / f"console-{node.name}.log",
            network=self.network,
            lease=self.lease,
            clock=self.clock,
            fit=self.fit,
            fit_data=self.fit_data,
        )

    def fit(self, machine: ContainerMachine) -> Bays:
        """Fresh disks for a machine."""
        node, folder = machine.spec, machine.folder
        # kubelet is told the same by the cluster's set-up.
        v2 = cgroup_mode() is CgroupMode.V2
        make = partial(make_os_disk, self.store, self.image, node, folder=folder, lease=self.lease, systemd_cgroups=v2)
        return Bays(
            os={slot: make(slot=slot) for slot in node.os_slots},
            data={spec.name: make_data_disk(self.store, spec, folder) for spec in node.data_disks},
        )

    def fit_data(self, machine: ContainerMachine, name: DataDisk) -> BlockDisk:
        """One fresh data disk for a machine."""
        spec = next(one for one in machine.spec.data_disks if one.name is name)
        return make_data_disk(self.store, spec, machine.folder)
