"""Machines and networks that libvirt knows."""

from __future__ import annotations

from harness.ownership import Kind, audit, reap
from tests.ownership.world import World
from tests.ownership.wreck import RUN, wreck


def test_what_is_not_ours_in_libvirt_stays(world: World) -> None:
    wreck(world)
    foreign = {"vagrant_default", "default", f"kd-{RUN}9-master1"}
    world.domains |= foreign
    world.networks |= foreign
    assert reap(host=world.host).clean
    assert world.domains == world.networks == foreign


def test_a_machine_that_libvirt_does_not_let_go_is_told(world: World) -> None:
    wreck(world)
    name = f"kd-{RUN}-ab12-master1"
    world.containers.clear()
    world.stubborn.add(name)
    report = reap(host=world.host)
    assert [leak.name for leak in report.left if leak.kind is Kind.DOMAIN] == [name]


def test_a_libvirt_that_does_not_answer_matters_only_to_those_who_have_claims_there(world: World) -> None:
    world.libvirt_answers = False
    assert audit(RUN, host=world.host) == ()
    wreck(world)
    assert not reap(host=world.host).clean
