"""Pools of Vagrant's labs, whether libvirt still knows them or not."""

from __future__ import annotations

from harness.ownership import reap
from tests.ownership.world import World

RUN = "20261121-093012-4f2a"


def test_a_pool_that_libvirt_forgot_is_found_by_its_folder_and_others_stay(world: World) -> None:
    ours, foreign = world.add_pool(f"kd-{RUN}-ab12"), world.add_pool("default")
    world.pools.discard(ours.name)
    assert [str(leak) for leak in reap(host=world.host).ended] == [f"pool '{ours.name}'"]
    assert not ours.exists()
    assert (foreign / "volume.img").exists()
    assert world.pools == {"default"}
