"""A kept lab of container machines, as another process finds it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path

from harness.errors import LabError, hinted
from harness.ownership import Lease, LeaseRecord
from harness.providers.container import podman
from harness.providers.container.channel import NamespaceChannel
from harness.providers.container.memory import held_by
from harness.providers.container.netns import reconnecting
from harness.providers.local.namespace import NAMESPACES, Namespace, configure
from harness.providers.local.network import NamespaceNetwork
from harness.providers.seam import Channel
from harness.spec import DataDisk, LabSpec, NodeSpec, OsSlot

#: Puts something before a machine's channel.
Through = Callable[[str, Channel], Channel]
#: Says what is done on the host itself: where, and the line.
Tell = Callable[[str, str], None]
_HOST = "host"


class ReopenedMachine:
    """A machine that goes on as it was left: commands and files, while power and disks stay what they are."""

    slot = OsSlot.A

    def __init__(self, spec: NodeSpec, lab: str, through: Through, tell: Tell) -> None:
        self.spec = spec
        self.console = Path("/dev/null")
        self._lab = lab
        self._tell = tell
        self._leader = podman.leader(f"{lab}-{spec.name}")
        self.channel = through(spec.name, NamespaceChannel(spec.name, lambda: self._leader))

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._leader is not None

    def memory(self) -> int | None:
        """What its control group holds."""
        return 0 if self._leader is None else held_by(self._leader)

    def power_on(self) -> None:
        """Refuse."""
        raise self._refusal("be switched on")

    def power_off(self) -> None:
        """Refuse."""
        raise self._refusal("be switched off")

    def cut(self) -> None:
        """Refuse."""
        raise self._refusal("lose its power")

    def choose(self, slot: OsSlot) -> None:
        """Refuse."""
        raise self._refusal(f"boot from OS disk '{slot}'")

    def replace_disks(self) -> None:
        """Refuse."""
        raise self._refusal("get other disks")

    def readdress(self, ip: IPv4Address) -> None:
        """Refuse."""
        raise self._refusal(f"get the address {ip}")

    def rename(self, hostname: str) -> None:
        """Refuse."""
        raise self._refusal(f"get the hostname '{hostname}'")

    def kill_disk(self, name: DataDisk) -> None:
        """Refuse."""
        raise self._refusal(f"lose the data disk '{name}'")

    def replace_disk(self, name: DataDisk) -> None:
        """Refuse."""
        raise self._refusal(f"get another data disk '{name}'")

    def isolate(self) -> None:
        """Refuse."""
        raise self._refusal("be cut off")

    def reconnect(self) -> None:
        """Put its port on the lab's bridge: that needs no more than a command, though one on the host."""
        line = reconnecting(self.spec)
        self._tell(_HOST, f"ip -netns {self._lab} {line}")
        configure(self._lab, line)

    def _refusal(self, what: str) -> LabError:
        return hinted(
            LabError(f"The machine '{self.spec.name}' of a kept lab cannot {what}: it keeps its power and its disks"),
            "Perform the drill anew; a kept lab is for recoveries that need commands alone.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenedLab:
    """The lab, without the means to end it: that is its lease's affair."""

    name: str
    spec: LabSpec
    machines: Mapping[str, ReopenedMachine]
    network: NamespaceNetwork
    kubernetes: str
    image: str = ""
    pace: float = 1.0
    hardware: str = ""
    checkpoints: Path | None = None
    freezes_memory: bool = False

    def freeze(self, folder: Path, asleep: Sequence[str] = ()) -> None:  # noqa: ARG002
        """Refuse."""
        raise LabError(f"A kept lab cannot be frozen into '{folder}'")

    def thaw(self, folder: Path) -> None:
        """Refuse."""
        raise LabError(f"A kept lab cannot go on from '{folder}'")

    def keep(self, period: timedelta) -> str:  # noqa: ARG002
        """It is kept already, until its own deadline."""
        return f"The lab '{self.name}' is kept already"


@contextlib.contextmanager
def reopened(lease: LeaseRecord, spec: LabSpec, kubernetes: str, through: Through, tell: Tell) -> Iterator[ReopenedLab]:
    """A kept lab for as long as the block lasts; it stays when the block ends."""
    if not (NAMESPACES / lease.name).exists():
        raise hinted(LabError(f"The lab '{lease.name}' has lost its network"), "`kubedrill status` shows what is left.")
    namespace = Namespace(lease.name, Lease(lease.run, lease.suffix, lease.folder))
    try:
        yield ReopenedLab(
            name=lease.name,
            spec=spec,
            machines={node.name: ReopenedMachine(node, lease.name, through, tell) for node in spec.nodes},
            network=NamespaceNetwork(namespace),
            kubernetes=kubernetes,
        )
    finally:
        namespace.leave()
