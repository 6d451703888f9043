"""Whether etcd still takes writes, or has no room left, in its quota or on its disk."""

from __future__ import annotations

from dataclasses import dataclass

from harness.facts.etcd import ETCDCTL
from harness.facts.fact import Output
from harness.facts.reading import shortened, succeeded

#: What etcd says once its database has reached the quota, and goes on saying until the alarm is disarmed.
NO_SPACE = "database space exceeded"
TAKEN = "taken"
ROOM, NO_ROOM = "room", "no room"
#: What somebody put beside etcd's data, and did not look after.
FORGOTTEN = "/var/lib/etcd/forgotten.db"
_PAGE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdWrite:
    """One small write, beside all that Kubernetes keeps."""

    name: str = "etcd-write"
    argv: tuple[str, ...] = (*ETCDCTL, "put", "/kubedrill/space", "tried")

    def parse(self, output: Output) -> str:
        """That it was taken, or etcd's words for want of space; another refusal is no answer."""
        if output.status == 0:
            return TAKEN
        if NO_SPACE not in output.stderr:
            raise ValueError(f"refused, but not for want of space: {shortened(output.stderr) or 'nothing was said'}")
        return next(line.removeprefix("Error: ") for line in output.stderr.splitlines()[::-1] if NO_SPACE in line)


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdRoom:
    """Whether the disk under etcd has room for one more page of its database."""

    name: str = "etcd-room"
    argv: tuple[str, ...] = ("df", "--output=avail", "--block-size=1", "/var/lib/etcd")

    def parse(self, output: Output) -> str:
        """Room or none."""
        title, *lines = succeeded(output).split() or [""]
        if title != "Avail" or len(lines) != 1 or not lines[0].isdecimal():
            raise ValueError(f"not a number of bytes: {shortened(output.stdout) or 'nothing'}")
        return ROOM if int(lines[0]) >= _PAGE else NO_ROOM


ETCD_WRITE = EtcdWrite()
ETCD_ROOM = EtcdRoom()
