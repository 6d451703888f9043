"""Labs on a libvirt that none of our mounts, namespaces and cables reach: the user's own, or that of another host."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import libvirt

from harness.clock import Clock
from harness.images.disk import make_ext4
from harness.images.image import NodeImage
from harness.ownership import Lease, cache_root, open_lease
from harness.ownership.places import POOLS
from harness.providers.libvirt.acceleration import Acceleration
from harness.providers.libvirt.cabling import cabled
from harness.providers.libvirt.connection import connected
from harness.providers.libvirt.guest import identity
from harness.providers.libvirt.layer2 import isolated_network
from harness.providers.libvirt.machine import VirtualMachine
from harness.providers.libvirt.pool import Pool, leased_pool
from harness.providers.libvirt.relay_network import RelayNetwork
from harness.providers.libvirt.seeds import ensure_seeds
from harness.providers.libvirt.surroundings import Surroundings, knows_itself, knows_itself_and_runs
from harness.providers.libvirt.transfer import seeds_on
from harness.providers.libvirt.tuning import tuning
from harness.providers.libvirt.witness import CHANNEL, NAME, witness_files, witnessing
from harness.providers.local.bays import Bays
from harness.providers.local.disk import BlockDisk
from harness.providers.local.remains import discarding, place_of
from harness.spec import DataDisk, LabSpec, NodeSpec, OsSlot
from harness.spec.connection import is_remote


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayLab:
    """What is made of a lab there."""

    lease: Lease
    machines: Mapping[str, VirtualMachine]
    network: RelayNetwork


@contextlib.contextmanager
def away_lab(
    uri: str, spec: LabSpec, *, image: NodeImage, acceleration: Acceleration, run: str, folder: Path, clock: Clock
) -> Iterator[AwayLab]:
    """Machines, their network and the witness machine, for as long as the block lasts."""
    seeds = ensure_seeds(image, tuning(acceleration))
    with contextlib.ExitStack() as stack:
        connection = stack.enter_context(connected(uri))
        lease = stack.enter_context(open_lease(run))
        place = stack.enter_context(place_of(cache_root(), lease))
        disks = PurePosixPath(POOLS / lease.name if is_remote(uri) else place / "disks")
        pool = stack.enter_context(leased_pool(connection, lease, disks, uri))
        if is_remote(uri):
            stack.enter_context(isolated_network(connection, lease, uri))
        site = _Site(
            uri=uri,
            spec=spec,
            place=place,
            consoles=folder,
            pool=pool,
            seeds=seeds_on(connection, seeds, uri, place),
            size=image.path.stat().st_size,
            connection=connection,
            acceleration=acceleration,
            lease=lease,
            clock=clock,
            surroundings=_surroundings(uri, spec),
        )
        machines = {node.name: site.machine(node) for node in spec.nodes}
        stack.enter_context(discarding(machines.values(), lease))
        with ThreadPoolExecutor(max_workers=4) as threads:
            list(threads.map(VirtualMachine.replace_disks, machines.values()))
        door = stack.enter_context(witnessing(site.machine, spec, connection, lease, place))
        network = RelayNetwork(door, pace=acceleration.pace)
        yield AwayLab(lease=lease, machines=machines, network=network)


def _surroundings(uri: str, spec: LabSpec) -> Surroundings:
    remote = is_remote(uri)
    return Surroundings(
        uri=uri,
        os_format="qcow2",
        owner=None,
        wires={} if remote else cabled(spec),
        files={**{node.name: identity(spec, node) for node in spec.nodes}, NAME: witness_files(spec)},
        own_sockets=not remote,
        is_here=not remote,
        booted=knows_itself_and_runs,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """What all machines of one lab are made with."""

    uri: str
    spec: LabSpec
    place: Path
    consoles: Path
    pool: Pool
    seeds: Mapping[OsSlot, Path]
    size: int
    connection: libvirt.virConnect
    acceleration: Acceleration
    lease: Lease
    clock: Clock
    surroundings: Surroundings

    def machine(self, node: NodeSpec) -> VirtualMachine:
        """A machine with empty bays."""
        folder = self.place / node.name
        folder.mkdir()
        witness = node.name == NAME
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
            surroundings=self.surroundings.with_boot(knows_itself) if witness else self.surroundings,
            channels=(CHANNEL,) if witness else (),
        )

    def fit(self, machine: VirtualMachine) -> Bays:
        """Fresh disks for a machine."""
        node = machine.spec
        return Bays(
            os={slot: self._os_disk(node, slot) for slot in node.os_slots},
            data={disk.name: self.fit_data(machine, disk.name) for disk in node.data_disks},
            remove=lambda disk: self.pool.remove(disk.name),
        )

    def _os_disk(self, node: NodeSpec, slot: OsSlot) -> BlockDisk:
        serial = uuid.uuid4().hex[:12]
        volume = self.pool.over(f"{node.name}-os-{slot}-{serial}.qcow2", self.seeds[slot], self.size)
        return BlockDisk(volume, serial=serial)

    def fit_data(self, machine: VirtualMachine, name: DataDisk) -> BlockDisk:
        """One fresh data disk for a machine."""
        disk = next(disk for disk in machine.spec.data_disks if disk.name is name)
        size = disk.size_mib * 1024 * 1024
        raw = machine.folder / f"{machine.spec.name}-{name}-{uuid.uuid4().hex[:12]}.img"
        with raw.open("wb") as empty:
            empty.truncate(size)
        make_ext4(raw, size_kib=disk.size_mib * 1024, offset=0, label=name.value)
        with raw.open("rb", buffering=0) as content:
            volume = self.pool.upload(raw.name, content, size, "raw")
        raw.unlink()
        return BlockDisk(volume)
