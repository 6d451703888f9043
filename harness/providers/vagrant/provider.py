"""Labs of virtual machines that Vagrant makes on this host."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import libvirt

from harness.clock import Clock, HostClock
from harness.errors import LabError
from harness.images.image import ensure_image
from harness.images.recipe import recipe_root
from harness.ownership import Kind, Lease, cache_root, open_lease
from harness.providers.libvirt.acceleration import Acceleration, proven_acceleration
from harness.providers.libvirt.connection import connected
from harness.providers.libvirt.layer2 import bridged_layer2
from harness.providers.libvirt.room import room_for_guests
from harness.providers.libvirt.tuning import tuning
from harness.providers.local.network import NamespaceNetwork
from harness.providers.local.remains import discarding, keep, place_of
from harness.providers.seam import Fidelity
from harness.providers.vagrant.box import ensure_box
from harness.providers.vagrant.command import VagrantCommand
from harness.providers.vagrant.home import vagrant_home
from harness.providers.vagrant.machine import VagrantMachine
from harness.providers.vagrant.plan import MANAGEMENT, Plan
from harness.providers.vagrant.pool import storage_pool
from harness.providers.vagrant.turn import only_lab
from harness.spec import LabSpec

_LIMITS = (
    "A disk's own write cache is not modelled: a cut loses what the machine did not flush, and nothing that it did.",
    "The firmware is SeaBIOS and the boot loader GRUB for BIOS; a boot by UEFI is not shown.",
    f"The lab is not hermetic: Vagrant's own network {MANAGEMENT} joins each machine to the host, and to the others.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VagrantLab:
    """One lab while it exists."""

    name: str
    spec: LabSpec
    machines: Mapping[str, VagrantMachine]
    network: NamespaceNetwork
    kubernetes: str
    image: str
    pace: float
    lease: Lease
    vagrant: VagrantCommand
    checkpoints: None = None
    freezes_memory: bool = False
    hardware: str = ""

    def freeze(self, folder: Path, asleep: Sequence[str] = ()) -> None:  # noqa: ARG002
        """Refuse: Vagrant's machines are made anew each time."""
        raise LabError(f"A lab of Vagrant cannot be frozen into '{folder}'")

    def thaw(self, folder: Path) -> None:
        """Refuse, as there is nothing that could be thawed."""
        raise LabError(f"A lab of Vagrant cannot go on from '{folder}'")

    def keep(self, period: timedelta) -> str:
        """Let the lab outlive this process for so long, and say how to get in."""
        told = " ".join(f"{name}={value}" for name, value in self.vagrant.environment.items())
        way_in = f"cd {self.vagrant.folder} && {told} vagrant ssh {next(iter(self.machines))}"
        return keep(self.lease, period, way_in)


class VagrantProvider:
    """Makes labs of virtual machines, one at a time."""

    name = "vagrant"

    def __init__(self, clock: Clock | None = None, *, source: str = "auto") -> None:
        self.clock: Clock = clock or HostClock()
        self._source = source

    @cached_property
    def acceleration(self) -> Acceleration:
        """How guests run here; the first question boots one."""
        return proven_acceleration()

    @property
    def fidelity(self) -> Fidelity:
        """Real machines, under KVM or emulated."""
        return Fidelity.VM_KVM if self.acceleration.kvm else Fidelity.VM_EMULATED

    @property
    def limits(self) -> tuple[str, ...]:
        """What these machines cannot show."""
        return (*_LIMITS, *self.acceleration.limits)

    def room(self, spec: LabSpec) -> contextlib.AbstractContextManager[None]:  # noqa: ARG002
        """As libvirt: its machines live there."""
        return room_for_guests(self.acceleration)

    @contextlib.contextmanager
    def lab(self, spec: LabSpec, *, kubernetes: str, run: str, folder: Path) -> Iterator[VagrantLab]:
        """A lab for as long as the block lasts; its consoles go into the folder."""
        image = ensure_image(kubernetes, self._source)
        home = vagrant_home()
        box = ensure_box(image, {**home.authorized, **tuning(self.acceleration)})
        with contextlib.ExitStack() as stack:
            connection = stack.enter_context(connected())
            lease = stack.enter_context(open_lease(run))
            stack.enter_context(only_lab(lease))
            pool = stack.enter_context(storage_pool(connection, lease))
            network = stack.enter_context(bridged_layer2(connection, lease.name, spec, lease))
            plan = Plan(
                spec=spec,
                box=box,
                private_key=home.private_key,
                acceleration=self.acceleration,
                name=lease.name,
                pool=pool,
                description=f"Kubedrill's run {run}",
                consoles=folder.absolute(),
                network_is_vagrants=False,
            )
            stack.enter_context(_management(connection, plan, lease))
            place = stack.enter_context(place_of(cache_root(), lease))
            _furnish(place, plan)
            told = {**home.environment, **lease.environment, "KUBEDRILL_LAB": str(place / "lab.json")}
            vagrant = VagrantCommand(folder=place, environment=told)
            machines = _machines(plan, vagrant, connection, lease, self.clock)
            stack.enter_context(discarding(machines.values(), lease))
            yield VagrantLab(
                name=lease.name,
                spec=spec,
                machines=machines,
                network=NamespaceNetwork(network.namespace, pace=self.acceleration.pace),
                kubernetes=image.kubernetes,
                image=image.digest,
                pace=self.acceleration.pace,
                lease=lease,
                vagrant=vagrant,
            )


def vagrantfile() -> Path:
    """The project's Vagrantfile, which lies beside the recipe of the node images."""
    return recipe_root().parent / "Vagrantfile"


def _machines(
    plan: Plan, vagrant: VagrantCommand, connection: libvirt.virConnect, lease: Lease, clock: Clock
) -> dict[str, VagrantMachine]:
    return {
        node.name: VagrantMachine(
            node,
            plan=plan,
            console=plan.console(node) or Path(),
            vagrant=vagrant,
            connection=connection,
            lease=lease,
            clock=clock,
        )
        for node in plan.spec.nodes
    }


def _furnish(place: Path, plan: Plan) -> None:
    """What Vagrant finds in the folder in which it is called; there it also keeps what it knows of its machines."""
    (place / "lab.json").write_text(json.dumps(plan.document(), indent=2) + "\n")
    (place / "Vagrantfile").symlink_to(vagrantfile())


@contextlib.contextmanager
def _management(connection: libvirt.virConnect, plan: Plan, lease: Lease) -> Iterator[None]:
    """Vagrant makes its network at the first `up`, and removes it with the last machine if all goes well."""
    lease.claim(Kind.NETWORK, plan.management)
    try:
        yield
    finally:
        if not lease.kept:
            with contextlib.suppress(libvirt.libvirtError):
                network = connection.networkLookupByName(plan.management)
                if network.isActive():
                    network.destroy()
                network.undefine()
            lease.release(Kind.NETWORK, plan.management)
