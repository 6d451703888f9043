"""Whether etcd still takes writes, or has no room left."""

from __future__ import annotations

from dataclasses import dataclass

from harness.facts.etcd import ETCDCTL
from harness.facts.fact import Output
from harness.facts.reading import shortened

#: What etcd says once its database has reached the quota, and goes on saying until the alarm is disarmed.
NO_SPACE = "database space exceeded"
TAKEN = "taken"


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


ETCD_WRITE = EtcdWrite()
