"""A lab as a killed owner leaves it."""

from __future__ import annotations

import json
from pathlib import Path

from harness.ownership import Kind, leases_root
from tests.ownership.world import World

RUN = "20261121-093012-4f2a"


def wreck(world: World, run: str = RUN, *, suffix: str = "ab12", number: int = 0) -> Path:
    """A lab as a killed owner leaves it: a dead lease, and one of everything."""
    name = f"kd-{run}-{suffix}"
    lease, folder = leases_root() / f"{run}.{suffix}", world.cache / "store/labs" / name
    (lease / "claims").mkdir(parents=True)
    (lease / "owner.lock").touch()
    (lease / "owner.json").write_text('{"pid": 1}')
    (folder / "master1/root").mkdir(parents=True)
    (folder / "disk.img").touch()
    link = f"kdl{number}"
    for kind, what in (
        (Kind.FOLDER, str(folder)),
        (Kind.MOUNT, str(folder / "master1/root")),
        (Kind.LOOP, str(folder / "disk.img")),
        (Kind.NETNS, name),
        (Kind.LINK, link),
        (Kind.CONTAINER, f"{name}-master1"),
        (Kind.DOMAIN, f"{name}-master1"),
        (Kind.NETWORK, name),
        (Kind.POOL, name),
    ):
        (lease / "claims" / f"{kind}.json").write_text(json.dumps({"kind": kind, "name": what, "details": {}}))
    world.add_container(f"{name}-master1", run)
    world.domains.add(f"{name}-master1")
    world.networks.add(name)
    world.add_pool(name)
    world.add_mount(folder / "master1")
    world.add_mount(folder / "master1/root")
    world.add_loop(number, f"{folder / 'disk.img'} (deleted)")
    world.add_netns(name)
    world.add_link(link)
    return lease
