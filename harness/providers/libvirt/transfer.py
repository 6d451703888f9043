"""The node image on another host: sent there once, and known by its digest."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import libvirt

from harness.images.lock import exclusive
from harness.images.progress import Silent
from harness.ownership.places import POOLS
from harness.providers.libvirt.pool import Pool
from harness.providers.libvirt.seeds import Seeds
from harness.shell import run
from harness.spec import OsSlot
from harness.spec.connection import is_remote

#: It outlives labs; its name is that of no run, so no reap looks at it.
_IMAGES = "kubedrill-images"


def seeds_on(connection: libvirt.virConnect, seeds: Seeds, uri: str, work: Path) -> Mapping[OsSlot, Path]:
    """Where the disks that machines begin with lie on libvirt's host."""
    if not is_remote(uri):
        return {slot: seeds.of(slot).resolve() for slot in OsSlot}
    pool = Pool(connection, _IMAGES, PurePosixPath(POOLS.parent / _IMAGES))
    with exclusive("transfer", "sends a node image to another host", Silent()):
        pool.make()
        base = _base(pool, seeds)
        return {slot: _difference(pool, seeds, slot, base, work) for slot in OsSlot}


def _base(pool: Pool, seeds: Seeds) -> Path:
    name = f"{seeds.image.digest}.img"
    with seeds.image.path.open("rb", buffering=0) as content:
        return _sent(pool, name, content, seeds.image.path.stat().st_size, "raw")


def _difference(pool: Pool, seeds: Seeds, slot: OsSlot, base: Path, work: Path) -> Path:
    copy = work / f"{slot}.qcow2"
    shutil.copyfile(seeds.of(slot), copy)
    # It says where the image lies here.
    run(["qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "raw", "-b", str(base), str(copy)])
    with copy.open("rb", buffering=0) as content:
        path = _sent(pool, f"{seeds.digest}-{slot}.qcow2", content, seeds.image.path.stat().st_size, "qcow2")
    copy.unlink()
    return path


def _sent(pool: Pool, name: str, content: io.FileIO, size: int, kind: str) -> Path:
    """A volume that is whole once the one that says so lies beside it: what was cut off is sent anew."""
    whole = f"{name}.whole"
    known = pool.holds(name)
    if known is not None and pool.holds(whole) is not None:
        return known
    pool.remove(name)
    path = pool.upload(name, content, size, kind)
    pool.blank(whole)
    return path
