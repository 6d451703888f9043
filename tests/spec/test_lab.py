from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import SpecError
from harness.spec import DataDisk, DiskSpec, LabSpec, NodeSpec, OsSlot, Role, check_name, parse_shape


@given(masters=st.integers(1, 9), workers=st.integers(0, 9))
def test_every_shape_has_its_machines_and_one_spare_and_no_address_twice(masters: int, workers: int) -> None:
    lab = parse_shape(f"{masters}+{workers}" if workers else str(masters))
    counts = [len(lab.of_role(role)) for role in (Role.CONTROL_PLANE, Role.WORKER, Role.SPARE)]
    assert counts == [masters, workers, 1]
    for values in (
        [node.ip for node in lab.nodes],
        [node.mac for node in lab.nodes],
        [node.name for node in lab.nodes],
    ):
        assert len(set(values)) == len(values)
    assert all(node.ip in lab.network for node in lab.nodes)
    assert not {lab.witness, lab.endpoint} & {node.ip for node in lab.nodes}


def test_a_vault_is_a_machine_beside_the_cluster() -> None:
    plain, lab = parse_shape("1+1"), parse_shape("1+1+vault")
    assert lab.nodes[:-1] == plain.nodes
    assert [(node.name, node.data_disks) for node in lab.of_role(Role.VAULT)] == [("vault1", ())]


def test_an_etcd_beside_the_cluster_has_the_disk_that_control_planes_have_else() -> None:
    stacked, lab = parse_shape("3+1"), parse_shape("3+1+etcd+vault")
    assert stacked.etcd_nodes == stacked.of_role(Role.CONTROL_PLANE)
    (home,) = lab.etcd_nodes
    assert (home.role, [disk.name for disk in home.data_disks]) == (Role.ETCD, [DataDisk.ETCD])
    holders = [node.name for node in lab.nodes if any(disk.name is DataDisk.ETCD for disk in node.data_disks)]
    assert holders == [home.name]
    assert len(lab.of_role(Role.VAULT)) == 1


@pytest.mark.parametrize(
    "shape",
    ["vault", "1+vault+1", "", "0", "1+", "+1", "10", "1+0", "1 + 1", "one", "1+1+1", "1\n", "1+vault+etcd", "etcd"],
)
def test_what_is_no_shape_is_refused_with_examples(shape: str) -> None:
    with pytest.raises(SpecError, match="is not understood") as refused:
        parse_shape(shape)
    assert "'3+1'" in refused.value.__notes__[0]


@given(st.text(max_size=50))
def test_a_name_is_safe_in_paths_and_labels_or_refused(name: str) -> None:
    try:
        assert check_name("machine", name) == name
    except SpecError:
        return
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 1 <= len(name) <= 41
    assert name[0] != "-"


@pytest.mark.parametrize("size", [-1, 0, 63, 1024 * 1024 + 1])
def test_impossible_disks_are_refused(size: int) -> None:
    with pytest.raises(SpecError, match="64 MiB to 1 TiB"):
        DiskSpec(name=DataDisk.ETCD, size_mib=size)


def _node(name: str, *, memory_mib: int = 4096, cpus: int = 2) -> NodeSpec:
    return NodeSpec(
        name=name,
        role=Role.WORKER,
        ip=IPv4Address("10.77.0.9"),
        mac="52:54:00:77:00:09",
        memory_mib=memory_mib,
        cpus=cpus,
    )


def test_impossible_machines_are_refused() -> None:
    with pytest.raises(SpecError, match="memory"):
        _node("a", memory_mib=512)
    with pytest.raises(SpecError, match="processors"):
        _node("a", cpus=0)
    with pytest.raises(SpecError, match="is not allowed"):
        _node("../a")


def test_two_machines_cannot_have_one_name_or_address() -> None:
    with pytest.raises(SpecError, match="Two machines of the lab have the name 'a'"):
        LabSpec(shape="1", nodes=(_node("a"), _node("a")))
    with pytest.raises(SpecError, match="Two machines of the lab have the address"):
        LabSpec(shape="1", nodes=(_node("a"), _node("b")))


def test_a_swap_goes_to_the_other_slot_and_back() -> None:
    assert OsSlot.A.other is OsSlot.B
    assert OsSlot.B.other is OsSlot.A
