"""One machine gets to hold the leases: a partition deposes nobody if who is cut off held nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from harness.backup.control_plane import FOLDER, MANIFESTS
from harness.clock import Deadline, NotYet, wait_for
from harness.cluster.cluster import Cluster
from harness.drill.leading import Leading
from harness.facts.containers import CONTAINERS
from harness.facts.leadership import Office
from harness.lab import Node
from harness.spec import Role

#: kubelet looks at once; a container starts within seconds.
_STARTING = timedelta(seconds=60)


def let_hold(cluster: Cluster, leading: Leading, node: Node, offices: Sequence[Office]) -> None:
    """Let others go without a program until this machine holds its lease, and give the program back to them."""
    wanted = [office for office in offices if not _holds(leading, office, node)]
    if not wanted:
        return
    rivals = [one for one in cluster.of_role(Role.CONTROL_PLANE) if one.name != node.name]
    with _taken_away(rivals, wanted):
        for office in wanted:
            leading.awaited(office, lambda now: now.machine == node.name)
    for rival in rivals:
        _await_running(cluster, rival, wanted)


def _holds(leading: Leading, office: Office, node: Node) -> bool:
    reign = leading.awaited(office)
    return reign is not None and reign.machine == node.name


@contextmanager
def _taken_away(nodes: Sequence[Node], offices: Sequence[Office]) -> Iterator[None]:
    manifests = [f"{office}.yaml" for office in offices]
    for node in nodes:
        node.run(["mv", f"--target-directory={FOLDER}", *(f"{MANIFESTS}/{name}" for name in manifests)])
    try:
        yield
    finally:
        for node in nodes:
            node.run(["mv", f"--target-directory={MANIFESTS}", *(f"{FOLDER}/{name}" for name in manifests)])


def _await_running(cluster: Cluster, node: Node, offices: Sequence[Office]) -> None:
    """Who does not run cannot take over, and would be missed in every comparison."""

    def running() -> bool | NotYet:
        try:
            containers = CONTAINERS.parse(node.machine.channel.run(CONTAINERS.argv)).items
        except ValueError as silent:
            return NotYet(str(silent))
        there = {one.name for one in containers if one.is_running}
        missing = [str(office) for office in offices if office not in there]
        return NotYet(f"{', '.join(missing)} does not run") if missing else True

    what = f"'{node.name}' to run what was taken from it"
    with cluster.journal.wait(what):
        deadline = Deadline.after(_STARTING * cluster.lab.pace, cluster.journal.clock)
        wait_for(what, running, deadline, every=timedelta(milliseconds=500))
