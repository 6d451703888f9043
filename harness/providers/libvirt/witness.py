"""The witness of a lab into which no cable of this host leads: a machine among the machines, and not of the cluster."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import libvirt

from harness.errors import LabError
from harness.ownership import Lease
from harness.providers.kube import Door
from harness.providers.libvirt.machine import VirtualMachine
from harness.providers.libvirt.pipe import ChannelPipe
from harness.providers.libvirt.relay import Relay
from harness.spec import LabSpec, NodeSpec, OsSlot, Role

NAME = "witness"
CHANNEL = "org.kubedrill.witness.0"
_PROGRAM = Path(__file__).with_name("relay.pl")
_THERE = "/usr/local/sbin/kubedrill-relay"
_MAC = "52:54:00:77:01:00"
_BRIDGE = "lab0"
_IDLE = ("containerd.service", "kubelet.service", "keepalived.service")


def witness_node(spec: LabSpec) -> NodeSpec:
    """The machine as it is asked for: small, and with the witness's address."""
    return NodeSpec(
        name=NAME, role=Role.SPARE, ip=spec.witness, mac=_MAC, os_slots=(OsSlot.A,), memory_mib=1024, cpus=1
    )


def witness_files(spec: LabSpec) -> dict[str, str]:
    """Its address, on a bridge of all its cables: where no network joins the machines, it does."""
    network = "etc/systemd/network/10-kubedrill"
    return {
        "etc/hostname": f"{NAME}\n",
        "etc/hosts": f"127.0.0.1 localhost\n::1 localhost\n{spec.witness} {NAME}\n",
        f"{network}-lab.netdev": f"[NetDev]\nName={_BRIDGE}\nKind=bridge\n\n[Bridge]\nSTP=no\nForwardDelaySec=0\n",
        f"{network}-port.network": (
            f"[Match]\nDriver=virtio_net\n\n[Network]\nBridge={_BRIDGE}\nLinkLocalAddressing=no\n"
        ),
        f"{network}-lab.network": (
            f"[Match]\nName={_BRIDGE}\n\n[Network]\nAddress={spec.witness}/{spec.network.prefixlen}\n"
            "LinkLocalAddressing=no\nConfigureWithoutCarrier=yes\n"
        ),
    }


@contextlib.contextmanager
def witnessing(
    make: Callable[[NodeSpec], VirtualMachine],
    spec: LabSpec,
    connection: libvirt.virConnect,
    lease: Lease,
    place: Path,
) -> Iterator[Door]:
    """The ways into the lab's network through the witness machine, for as long as the block lasts."""
    machine = make(witness_node(spec))
    try:
        machine.replace_disks()
        machine.power_on()
        with _doors(place) as folder:
            pipe = _pipe(machine, connection)
            relay = Relay(pipe, folder)
            try:
                yield relay.door
            finally:
                relay.close()
                pipe.close()
    finally:
        if not lease.kept:
            machine.discard()


def _pipe(machine: VirtualMachine, connection: libvirt.virConnect) -> ChannelPipe:
    channel = machine.channel
    channel.put(_THERE, _PROGRAM.read_bytes(), 0o755)
    for argv in (
        # It forwards nothing, as the namespace of other labs does not.
        ("sysctl", "-q", "-w", "net.ipv4.ip_forward=0"),
        ("systemctl", "stop", *_IDLE),
        ("systemd-run", "--quiet", "--unit=kubedrill-relay", _THERE, f"/dev/virtio-ports/{CHANNEL}"),
    ):
        done = channel.run(argv)
        if done.status != 0:
            raise LabError(f"The witness machine cannot run '{argv[0]}': {done.stderr.strip() or done.stdout.strip()}")
    return ChannelPipe(connection, connection.lookupByName(machine.name), CHANNEL)


@contextlib.contextmanager
def _doors(place: Path) -> Iterator[Path]:
    """A folder for sockets, by a short way into it: a path of theirs may have 107 characters, and labs lie deep."""
    folder = place / "doors"
    folder.mkdir(mode=0o700)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield Path(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)
