"""Two containers on a machine crash: one that kubelet has to start again, and one that only a controller can."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from harness.clock import Deadline, NotYet, wait_for
from harness.cluster import canary
from harness.cluster.cluster import Cluster
from harness.errors import DeadlineError, LabError
from harness.facts.containers import CONTAINERS, ERRAND
from harness.facts.sandbox import POD_SANDBOXES
from harness.faults.fault import Bite
from harness.lab import Node
from harness.strict_json import json_value

#: The container runtime hears of a death by an event: seen 40 ms after the kill, one of the two still ran for it.
_HEARING = timedelta(seconds=15)


class CrashContainers:
    """Kill the container of the keeper, and that of the errand, as the kernel would kill them."""

    name = "crash-containers"
    #: The workloads that do not go on as if nothing had been.
    upsets = (f"StatefulSet {canary.NAMESPACE}/keeper",)

    def __init__(self, node: Node) -> None:
        self.node = node.name

    @property
    def bites(self) -> tuple[Bite, ...]:
        """The errand's container runs no more; that of the keeper may run again by the time that anybody looks."""
        return (Bite(fact=CONTAINERS, node=self.node, field="errand"),)

    def strike(self, cluster: Cluster) -> None:
        """Find them on the machine itself, for there may be no API to ask, and kill their processes."""
        node = cluster.nodes[self.node]
        found = list(self._containers(node))
        if len(found) != 2:
            raise LabError(f"'{self.node}' runs {len(found)} of the two containers that are to crash")
        for container in found:
            told = json_value(node.run(["crictl", "inspect", container]).stdout)
            kill = ["ctr", "--namespace", "k8s.io", "tasks", "kill", "--signal", "SIGKILL"]
            node.run([*kill, told["status"]["id"]])
        _let_runtime_notice(cluster, node, found)

    def _containers(self, node: Node) -> Iterator[str]:
        keepers = [
            box.id for box in POD_SANDBOXES.parse(node.run(POD_SANDBOXES.argv)) if box.metadata.name == "keeper-0"
        ]
        for container in CONTAINERS.parse(node.run(CONTAINERS.argv)).items:
            of_keeper = any(box.startswith(container.pod) for box in keepers)
            if container.is_running and (of_keeper or container.name == ERRAND):
                yield container.id


def _let_runtime_notice(cluster: Cluster, node: Node, killed: list[str]) -> None:
    """Wait until the runtime knows of both, but not for ever: whether it does is judged from the proof."""

    def dead() -> bool | NotYet:
        known = CONTAINERS.parse(node.machine.channel.run(CONTAINERS.argv)).items
        running = [one.name for one in known if one.id in killed and one.is_running]
        return NotYet(f"still running: {', '.join(running)}") if running else True

    what = f"the container runtime of '{node.name}' to notice"
    deadline = Deadline.after(_HEARING * cluster.lab.pace, cluster.journal.clock)
    with cluster.journal.wait(what), contextlib.suppress(DeadlineError):
        wait_for(what, dead, deadline, every=timedelta(milliseconds=100))
