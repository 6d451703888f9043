"""The lab's layer 2: one network namespace with a bridge, one more for each machine that has power."""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from harness.errors import LabError
from harness.ownership import Kind, Lease
from harness.shell import capture, run
from harness.spec import LabSpec, NodeSpec

_Result = TypeVar("_Result")
_FOLDER = Path("/run/netns")
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)
_BRIDGE = "lab"


class Layer2:
    """A bridge in a namespace of its own: nothing in it reaches the host, and equal addresses never meet."""

    def __init__(self, name: str, spec: LabSpec, lease: Lease) -> None:
        self.name = name
        self._spec = spec
        self._lease = lease
        self._here = threading.local()
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix=name, initializer=self.enter)

    def make(self) -> None:
        """Create the namespace, the bridge and the witness's address on it."""
        self._create(self.name)
        address = f"{self._spec.witness}/{self._spec.network.prefixlen}"
        _configure(
            self.name,
            f"link add {_BRIDGE} type bridge",
            f"address add {address} dev {_BRIDGE}",
            f"link set {_BRIDGE} up",
            "link set lo up",
        )

    def unmake(self) -> None:
        """Remove the namespace with all that is in it."""
        self._remove(self.name)

    def leave(self) -> None:
        """End the threads that live in the namespace."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def plug(self, node: NodeSpec) -> Path:
        """A fresh namespace for a machine that gets power, wired to the bridge, with nothing of its last life in it."""
        inside, port = f"{self.name}-{node.name}", node.name[:15]
        self._create(inside)
        _configure(
            self.name,
            f"link add {port} type veth peer name eth0 address {node.mac} netns {inside}",
            f"link set {port} master {_BRIDGE} up",
        )
        _configure(
            inside,
            f"address add {node.ip}/{self._spec.network.prefixlen} dev eth0",
            "link set eth0 up",
            "link set lo up",
            # kubeadm and kube-proxy look for a default route; it leads to the witness, which forwards nothing.
            f"route add default via {self._spec.witness}",
        )
        return _FOLDER / inside

    def unplug(self, node: NodeSpec) -> None:
        """Remove the machine's namespace, and its port on the bridge first: the kernel takes its time with the rest."""
        capture(["ip", "-netns", self.name, "link", "delete", node.name[:15]])
        self._remove(f"{self.name}-{node.name}")

    def enter(self) -> None:
        """Move the calling thread, and it alone, into the lab's network."""
        handle = os.open(_FOLDER / self.name, os.O_RDONLY)
        try:
            if _libc.setns(handle, _CLONE_NEWNET) != 0:
                reason = os.strerror(ctypes.get_errno())
                raise LabError(f"The network namespace '{self.name}' cannot be entered: {reason}")
        finally:
            os.close(handle)
        self._here.inside = True

    def inside(self, action: Callable[[], _Result]) -> _Result:
        """Run an action in the lab's network, in a thread that lives there unless this one does."""
        if getattr(self._here, "inside", False):
            return action()
        return self._threads.submit(action).result()

    def _create(self, name: str) -> None:
        self._lease.claim(Kind.NETNS, name)
        run(["ip", "netns", "add", name])

    def _remove(self, name: str) -> None:
        if (_FOLDER / name).exists():
            run(["ip", "netns", "delete", name])
        self._lease.release(Kind.NETNS, name)


def _configure(namespace: str, *lines: str) -> None:
    # One process for all lines. Libraries that enter a namespace fork this process to do so, handlers and all.
    run(["ip", "-netns", namespace, "-batch", "-"], stdin="".join(f"{line}\n" for line in lines).encode())


@contextlib.contextmanager
def layer2(name: str, spec: LabSpec, lease: Lease) -> Iterator[Layer2]:
    """The lab's layer 2 for as long as the block lasts."""
    network = Layer2(name, spec, lease)
    try:
        network.make()
        yield network
    finally:
        network.leave()
        if not lease.kept:
            network.unmake()
