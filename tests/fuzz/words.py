"""The readers of words that become part of a path, a command or an address."""

from __future__ import annotations

from harness.cli.run.folder import find_run
from harness.cli.run.request import one_of
from harness.drill.cell import Cell
from harness.images.catalog import resolve_version
from harness.images.sources import candidates
from harness.ownership.claim import Claim, Kind, check_claim
from harness.ownership.places import check_owned_folder
from harness.ownership.run_id import check_run_id, run_of
from harness.spec import DataDisk, DiskSpec, NodeSpec, Role, check_name, parse_shape
from harness.spec.connection import check_connection
from tests.fuzz.desk import desk
from tests.fuzz.parser import Parser

_RUN = "20261121-093012-4f2a"
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def _name(text: str) -> object:
    name = check_name("machine", text)
    assert set(name.removeprefix("-")) <= _SAFE, f"it lets {name!r} through"
    assert not name.startswith("-"), f"it lets {name!r} through"
    return name


def _run_id(text: str) -> object:
    run = check_run_id(text)
    assert set(run) <= _SAFE, f"it lets {run!r} through"
    assert len(run) == len(_RUN), f"it lets {run!r} through"
    return run


def _run_of(text: str) -> object:
    run = run_of(text)
    assert run is None or text.startswith(f"kd-{check_run_id(run)}"), f"it takes {text!r} for one of ours"
    return run


def _connection(text: str) -> object:
    uri = check_connection(text)
    assert all("!" <= letter <= "~" for letter in uri), f"it lets {uri!r} through"
    assert not any(word in uri for word in ("command=", "no_verify=", "socket=", "netcat=")), f"it lets {uri!r} through"
    return uri


def _found_run(text: str) -> object:
    found = find_run(text, desk() / "reports")
    assert "/" in text or text in (".", "..") or found.is_relative_to(desk()), f"{text!r} leads to '{found}'"
    return found


def _claim(kind: str, name: str) -> object:
    known = {one.value: one for one in Kind}
    return check_claim(Claim(kind=known.get(kind, Kind.FOLDER), name=name), _RUN)


def _owned(text: str) -> object:
    from pathlib import Path

    return check_owned_folder(Path(text))


def _disk(size: int) -> object:
    return DiskSpec(name=DataDisk.ETCD, size_mib=size)


def _node(name: str, memory: int, cpus: int) -> object:
    from ipaddress import IPv4Address

    return NodeSpec(
        name=name, role=Role.WORKER, ip=IPv4Address("10.77.0.21"), mac="52:54:00:77:00:15", memory_mib=memory, cpus=cpus
    )


def _choice(text: str) -> object:
    return one_of("drill", text, ("os-disk-swap", "quorum-loss"))


def word_parsers() -> tuple[Parser, ...]:
    """All of them."""
    uris = (
        "qemu:///system",
        "qemu:///session",
        "qemu+ssh://a@host.example:22/system?keyfile=/root/k",
        "qemu+ssh://[::1]/system",
    )
    return (
        Parser(name="name of a machine", corpus=(("master1",), ("a-b",)), read=_name),
        Parser(name="name of a run", corpus=((_RUN,),), read=_run_id),
        Parser(name="name of what is owned", corpus=((f"kd-{_RUN}-ab12-master1",),), read=_run_of, refusals=()),
        Parser(name="address of libvirt", corpus=tuple((one,) for one in uris), read=_connection, weight=2.0),
        Parser(name="shape of a lab", corpus=(("1",), ("3+1+etcd+vault",)), read=parse_shape),
        Parser(name="version of Kubernetes", corpus=(("v1.34",), ("1.34.4",)), read=resolve_version, weight=0.5),
        Parser(
            name="source of programs", corpus=(("release=https://a.example",), ("directory=/srv",)), read=candidates
        ),
        Parser(name="cell of the matrix", corpus=(("os-disk-swap+lose-ca",),), read=Cell.parse),
        Parser(name="run to be found", corpus=((_RUN,), ("latest",), ("/",)), read=_found_run),
        Parser(name="claim that is made", corpus=(("mount", "/a/b"), ("domain", f"kd-{_RUN}-x")), read=_claim),
        Parser(name="folder that is claimed", corpus=(("/tmp/kd-x",), ("/",)), read=_owned, weight=0.3),
        Parser(name="size of a disk", corpus=((64,),), read=_disk, weight=0.2),
        Parser(name="machine", corpus=(("master1", 4096, 2),), read=_node, weight=0.5),
        Parser(name="name of a drill", corpus=(("os-disk-swap",),), read=_choice, weight=0.5),
    )
