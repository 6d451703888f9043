"""Machines and networks that libvirt knows."""

from __future__ import annotations

import pytest

from harness.ownership import Kind, audit, open_lease, reap
from harness.spec.connection import SESSION
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


def test_what_was_claimed_of_another_libvirt_is_ended_there_with_its_disks_and_others_stay(world: World) -> None:
    with open_lease(RUN) as lease:
        name = lease.name
        for kind in (Kind.DOMAIN, Kind.NETWORK, Kind.POOL):
            lease.claim(kind, f"{name}-master1" if kind is Kind.DOMAIN else name, uri=SESSION)
    foreign = {"domain mine", "pool default", "network default"}
    world.elsewhere[SESSION] = {f"domain {name}-master1", f"network {name}", f"pool {name}", "volume a.qcow2", *foreign}
    report = reap(host=world.host)
    assert report.clean
    assert {(leak.kind, leak.detail) for leak in report.ended} >= {(Kind.DOMAIN, SESSION), (Kind.POOL, SESSION)}
    assert world.elsewhere[SESSION] == foreign


@pytest.mark.parametrize("answers", [True, False])
def test_another_libvirt_is_asked_only_by_those_who_have_claims_there(world: World, answers: bool) -> None:
    world.libvirt_answers = answers
    wreck(world)
    reap(host=world.host)
    assert {argv[argv.index("--connect") + 1] for argv in world.commands if argv[0] == "virsh"} == {"qemu:///system"}


def test_who_is_not_root_has_no_containers_and_is_not_kept_by_a_podman_that_refuses(world: World) -> None:
    world.is_root = False
    world.elsewhere[SESSION] = set()
    assert reap(host=world.host).clean
    assert [argv for argv in world.commands if argv[0] == "podman"] == []
