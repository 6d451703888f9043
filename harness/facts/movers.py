"""Workloads that may have to leave their machine, as the machines know them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.facts.fact import Output
from harness.facts.reading import shortened, succeeded
from harness.facts.sandbox import POD_SANDBOXES

NAMESPACE = "moving"


class Mover(StrEnum):
    """One workload of each sort that is treated differently."""

    #: Two replicas, a budget, and a wait before the end.
    PAIR = "pair"
    #: One replica, and nothing of this.
    LONE = "lone"
    #: The pod of a StatefulSet, of which there must never be two.
    ROOTED = "rooted"
    #: A pod that nobody makes again.
    STRAY = "stray"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoversThere:
    """Which of them run on a machine."""

    name: str = "movers-there"
    argv: tuple[str, ...] = POD_SANDBOXES.argv

    def parse(self, output: Output) -> tuple[str, ...]:
        """The names of the pods that run; a machine runs others as well."""
        running = (one.metadata for one in POD_SANDBOXES.parse(output) if one.is_running)
        return tuple(sorted(one.name for one in running if one.namespace == NAMESPACE))


@dataclass(frozen=True, slots=True, kw_only=True)
class PodBytes:
    """The files that pods keep on their machine for as long as they live."""

    name: str = "pod-bytes"
    argv: tuple[str, ...] = ("find", "/var/lib/kubelet/pods", "-path", "*/kubernetes.io~empty-dir/data/*", "-type", "f")

    def parse(self, output: Output) -> tuple[str, ...]:
        """Their paths; the UID of its pod is in each."""
        return tuple(sorted(succeeded(output).split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainRefused:
    """What `kubectl drain NODE` says as it is written in many a guide."""

    name: str = "drain-refused"
    argv: tuple[str, ...] = ("kubectl", "drain", "NODE")

    def parse(self, output: Output) -> str:
        """Its reason; neither one that went through nor another trouble is a refusal."""
        if output.status == 0 or "unable to drain" not in output.stderr:
            raise ValueError(f"it was not refused: {shortened(output.stderr or output.stdout) or 'nothing'}")
        return " ".join(output.stderr.split())


MOVERS_THERE = MoversThere()
POD_BYTES = PodBytes()
DRAIN_REFUSED = DrainRefused()
