"""A host made of files: what the kernel and podman would show, and what their commands would change."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.ownership import Host
from harness.ownership.run_id import begun_at
from harness.shell import Completed

RUN = "20261121-093012-4f2a"


class HastyClock:
    """A clock on which a second takes 20 ms; it can be set forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() * 50

    def pause(self, seconds: float) -> None:
        time.sleep(seconds / 50)


@dataclass
class World:
    """The parts of a host that a reap looks at."""

    root: Path
    cache: Path
    has_podman: bool = True
    is_root: bool = True
    stubborn: set[str] = field(default_factory=set)
    commands: list[tuple[str, ...]] = field(default_factory=list)
    containers: dict[str, dict[str, str]] = field(default_factory=dict)
    domains: set[str] = field(default_factory=set)
    networks: set[str] = field(default_factory=set)
    pools: set[str] = field(default_factory=set)
    libvirt_answers: bool = True
    #: What other libvirts than this host's own know, by their addresses: domains, networks, pools and volumes alike.
    elsewhere: dict[str, set[str]] = field(default_factory=dict)
    mounts: list[str] = field(default_factory=list)
    clock: HastyClock = field(default_factory=HastyClock)

    def __post_init__(self) -> None:
        for folder in ("proc/self", "sys/block", "sys/class/net", "netns", "tmp", "registry", "pools"):
            (self.root / folder).mkdir(parents=True)
        self._write_mounts()
        # Runs of the tests began a day ago, whatever the calendar on this machine says: earlier or later.
        self.clock.ahead = begun_at(RUN) + timedelta(days=1) - datetime.now(UTC)

    @property
    def host(self) -> Host:
        return Host(
            proc=self.root / "proc",
            sys=self.root / "sys",
            netns=self.root / "netns",
            temporary=self.root / "tmp",
            registry=self.root / "registry",
            pools=self.root / "pools",
            clock=self.clock,
            command=self.run,
            is_root=self.is_root,
            find_program=lambda name: f"/usr/bin/{name}" if name != "podman" or self.has_podman else None,
        )

    def add_container(self, name: str, run: str) -> None:
        self.containers[name] = {"kubedrill.owner": "kubedrill", "kubedrill.run": run}

    def add_mount(self, point: Path) -> None:
        self.mounts.append(str(point))
        self._write_mounts()

    def add_loop(self, number: int, backing: str) -> None:
        folder = self.root / f"sys/block/loop{number}/loop"
        folder.mkdir(parents=True)
        (folder / "backing_file").write_text(f"{backing}\n")

    def add_netns(self, name: str) -> None:
        (self.root / "netns" / name).touch()

    def add_pool(self, name: str) -> Path:
        """A pool with a volume in its folder."""
        self.pools.add(name)
        (self.root / "pools" / name).mkdir()
        (self.root / "pools" / name / "volume.img").touch()
        return self.root / "pools" / name

    def add_link(self, name: str) -> None:
        (self.root / "sys/class/net" / name).mkdir()

    def add_process(self, number: int, *, run: str, command: str = "python") -> None:
        folder = self.root / "proc" / str(number)
        folder.mkdir()
        (folder / "environ").write_text(f"HOME=/root\0KUBEDRILL_RUN={run}\0")
        (folder / "cmdline").write_text(command.replace(" ", "\0"))
        (folder / "comm").write_text(command.split()[0] + "\n")
        (folder / "stat").write_text(f"{number} (a (b) c) S 1 {number} {number} 0")

    def run(self, argv: Sequence[str], *, timeout: timedelta | None = None) -> Completed:
        assert timeout is not None, "a command without a limit could hang a reap"
        self.commands.append(tuple(argv))
        what = argv[-1]
        if argv[0] == "podman" and "ps" in argv:
            rows = [{"Names": [name], "State": "running", "Labels": labels} for name, labels in self.containers.items()]
            return _done(argv, json.dumps(rows))
        if argv[0] == "virsh":
            return self._virsh(argv, what)
        if what in self.stubborn:
            return _done(argv, "", status=1, error=f"{what} is busy")
        if argv[0] == "podman":
            self.containers.pop(what)
        elif argv[0] == "umount":
            self.mounts.remove(what)
            self._write_mounts()
        elif argv[0] == "losetup":
            shutil.rmtree(self.root / "sys/block" / Path(what).name)
        elif argv[:2] == ("ip", "netns"):
            (self.root / "netns" / what).unlink()
        elif argv[:2] == ("ip", "link"):
            (self.root / "sys/class/net" / what).rmdir()
        return _done(argv, "")

    def _virsh(self, argv: Sequence[str], what: str) -> Completed:
        if not self.libvirt_answers:
            return _done(argv, "", status=1, error="failed to connect to the hypervisor")
        uri = argv[argv.index("--connect") + 1]
        if uri in self.elsewhere:
            return self._virsh_elsewhere(argv, self.elsewhere[uri])
        there = self.domains
        for prefix, known in (("net-", self.networks), ("pool-", self.pools)):
            if any(word.startswith(prefix) for word in argv):
                there = known
        if "--name" in argv:
            return _done(argv, "".join(f"{name}\n" for name in sorted(there)))
        if what in self.stubborn:
            return _done(argv, "", status=1, error=f"{what} is busy")
        there.discard(what)
        return _done(argv, "")

    def _virsh_elsewhere(self, argv: Sequence[str], known: set[str]) -> Completed:
        words = argv[argv.index("--connect") + 2 :]
        kind = {"list": "domain", "net-list": "network", "pool-list": "pool", "vol-list": "volume"}.get(words[0])
        if kind is not None:
            rows = sorted(one.partition(" ")[2] for one in known if one.startswith(f"{kind} "))
            return _done(argv, "".join(f"{row}\n" for row in rows))
        ends = {"destroy": "domain", "net-destroy": "network", "pool-undefine": "pool", "vol-delete": "volume"}
        if words[0] in ends:
            known.discard(f"{ends[words[0]]} {words[1]}")
        return _done(argv, "")

    def _write_mounts(self) -> None:
        lines = [
            f"{36 + number} 25 0:32 / {_escaped(point)} rw - ext4 /dev/x rw" for number, point in enumerate(self.mounts)
        ]
        (self.root / "proc/self/mountinfo").write_text("".join(f"{line}\n" for line in lines))


def _escaped(point: str) -> str:
    return point.replace("\\", "\\134").replace(" ", "\\040")


def _done(argv: Sequence[str], out: str, *, status: int = 0, error: str = "") -> Completed:
    return Completed(argv=tuple(argv), status=status, stdout=out.encode(), stderr=error.encode(), seconds=0.0)
