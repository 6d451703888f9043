"""The two seams under the drill code, machines and the cluster's API: rehearsal simulates exactly these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Protocol

from harness.clock import Clock
from harness.errors import LabError
from harness.facts.fact import Output
from harness.spec import DataDisk, LabSpec, NodeSpec, OsSlot


class ApiError(LabError):
    """The API could not be asked, or refused; `status` is its HTTP status, 0 when nothing answered."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Fidelity(StrEnum):
    """How much like the real thing the machines are."""

    VM_KVM = "vm-kvm"
    VM_EMULATED = "vm-emulated"
    CONTAINER = "container"
    REHEARSAL = "rehearsal"


class Channel(Protocol):
    """Commands and files on one machine, by a way that needs no network of the lab."""

    def run(self, argv: Sequence[str], *, stdin: bytes | None = None, timeout: timedelta | None = None) -> Output:
        """Run a command to its end, whatever its status; a machine that is off or gone is a LabError."""
        ...

    def put(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Write a file, its folders included, and sync it."""
        ...

    def get(self, path: str) -> bytes:
        """Read a file; a missing one is a LabError."""
        ...


class Machine(Protocol):
    """One machine: power, disks and a channel. Its name, MAC and IP outlive its disks."""

    @property
    def spec(self) -> NodeSpec:
        """What was asked for."""
        ...

    @property
    def slot(self) -> OsSlot:
        """The OS disk of the next boot, which is that of this one while the machine is on."""
        ...

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        ...

    @property
    def console(self) -> Path:
        """The console log, from the first power-on."""
        ...

    @property
    def channel(self) -> Channel:
        """The way in."""
        ...

    def memory(self) -> int | None:
        """How many bytes of the host's memory it holds now, 0 while it is off; None where nobody counts them."""
        ...

    def power_on(self) -> None:
        """Boot the chosen OS disk and return when commands can be run."""
        ...

    def power_off(self) -> None:
        """Shut down in an orderly way."""
        ...

    def cut(self) -> None:
        """Take the power away: what was not synced is gone."""
        ...

    def choose(self, slot: OsSlot) -> None:
        """Make this OS disk the one of the next boot."""
        ...

    def replace_disks(self) -> None:
        """Throw all disks away, data disks included, and put in fresh ones; the machine must be off."""
        ...

    def readdress(self, ip: IPv4Address) -> None:
        """Give it another address, for good, from its next boot on; the machine must be off."""
        ...

    def rename(self, hostname: str) -> None:
        """Let it call itself something else, for good, from its next boot on; the machine must be off."""
        ...

    def kill_disk(self, name: DataDisk) -> None:
        """Let a mounted data disk die: from now on each write to it fails."""
        ...

    def replace_disk(self, name: DataDisk) -> None:
        """Take a data disk that is not mounted out, dead or not, and put in a fresh one; the machine may be on."""
        ...

    def isolate(self) -> None:
        """Let nothing pass between it and the lab's network until it is reconnected or boots; its own link stays up."""
        ...

    def reconnect(self) -> None:
        """Let it be in the lab's network again; one that is in it stays there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an HTTP server in the lab answered."""

    status: int
    body: str


class ClusterApi(Protocol):
    """The Kubernetes API as the drill uses it: raw objects in, raw objects out. All failures are ApiError."""

    def get(self, kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
        """One object."""
        ...

    def list(self, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
        """All objects of a kind, in one namespace or in all."""
        ...

    def apply(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Make the object be so (server-side apply, conflicts forced), and return it as stored."""
        ...

    def delete(self, kind: str, name: str, namespace: str | None = None) -> None:
        """Delete one object; one that is not there is fine."""
        ...

    def watch(
        self, kind: str, namespace: str, *, since: str | None, limit: timedelta
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Changes (ADDED, MODIFIED, DELETED) after a resource version, until the limit; status 410 means: relist."""
        ...


class Network(Protocol):
    """The lab's layer 2 as the witness stands in it."""

    def api(self, kubeconfig: str, *, patience: timedelta = timedelta(seconds=10)) -> ClusterApi:
        """The cluster's API with these credentials, from inside the lab's network; each call has this patience."""
        ...

    def http(self, method: str, url: str, *, timeout: timedelta) -> Reply:
        """One HTTP request from inside the lab's network; ApiError when nothing answers."""
        ...

    def every(self, interval: timedelta, action: Callable[[], None], name: str) -> AbstractContextManager[None]:
        """Repeat an action inside the lab's network for as long as the block lasts."""
        ...


class Lab(Protocol):
    """All of one lab: what a provider yields."""

    @property
    def name(self) -> str:
        """What the names of all that it owns on the host begin with; empty if it owns nothing."""
        ...

    @property
    def spec(self) -> LabSpec:
        """What was asked for."""
        ...

    @property
    def machines(self) -> Mapping[str, Machine]:
        """The machines by name, all powered off at first."""
        ...

    @property
    def network(self) -> Network:
        """Their network."""
        ...

    @property
    def kubernetes(self) -> str:
        """The exact version that is installed on them."""
        ...

    @property
    def image(self) -> str:
        """The digest of the node image."""
        ...

    @property
    def pace(self) -> float:
        """How many times longer than natively things may take here: deadlines of the lab stretch, promises never."""
        ...

    @property
    def hardware(self) -> str:
        """What a saved memory depends on; empty where none is saved."""
        ...

    @property
    def checkpoints(self) -> Path | None:
        """Where frozen labs lie, if freezing one like this is possible and saves time."""
        ...

    @property
    def freezes_memory(self) -> bool:
        """Whether machines of a frozen lab go on where they stood; else they are shut down, and boot."""
        ...

    def freeze(self, folder: Path, asleep: Sequence[str] = ()) -> None:
        """Copy the lab as it is into a folder below `checkpoints`, and let it go on; some machines lose power."""
        ...

    def thaw(self, folder: Path) -> None:
        """Go on from where a frozen lab stood."""
        ...

    def keep(self, period: timedelta) -> str:
        """Let the lab outlive this process for so long, and say how to get in."""
        ...


class Provider(Protocol):
    """A way to make labs."""

    @property
    def name(self) -> str:
        """The name on the command line."""
        ...

    @property
    def fidelity(self) -> Fidelity:
        """How much like the real thing its machines are."""
        ...

    @property
    def limits(self) -> tuple[str, ...]:
        """What its machines cannot show, a sentence each."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock that its labs live by."""
        ...

    def room(self, spec: LabSpec) -> AbstractContextManager[None]:
        """What a host can give to so many labs only, held as long as the block lasts; waits for its turn."""
        ...

    def lab(self, spec: LabSpec, *, kubernetes: str, run: str, folder: Path) -> AbstractContextManager[Lab]:
        """A lab that exists for as long as the block lasts; consoles and the like go into the folder."""
        ...
