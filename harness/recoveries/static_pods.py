"""The static pods of a control plane stop, are seen gone, and start again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from harness.backup.control_plane import FOLDER, MANIFESTS
from harness.clock import Deadline, NotYet, wait_for
from harness.cluster.cluster import Cluster
from harness.errors import DeadlineError
from harness.facts import Moment
from harness.facts.sandbox import POD_SANDBOXES
from harness.lab import Node
from harness.recoveries.recovery import RecoveryError

#: Beside the folder that kubelet looks into.
ASIDE = f"{FOLDER}/stopped"
#: kubelet gives each of them 30 s to end.
_STOPPING = timedelta(seconds=60)
_STARTING = timedelta(seconds=90)
_PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
#: The kernel keeps so many letters of a program's name.
_LETTERS = 15
_READY = ("get", "--raw", "/readyz")


def stop_static_pods(cluster: Cluster, node: Node, *, patient: bool = True, by_force: bool = False) -> None:
    """Take the manifests away from kubelet, and return when none of the static pods runs any more.

    By force where nothing that they would bring to an end is kept: without a majority they take their whole 30 s.
    """
    node.run(["mkdir", ASIDE])
    _move_all(node, MANIFESTS, ASIDE)

    def gone() -> bool | NotYet:
        if by_force:
            _kill(node)
        try:
            boxes = POD_SANDBOXES.parse(node.machine.channel.run(POD_SANDBOXES.argv))
        except ValueError as silent:
            return NotYet(str(silent))
        running = sorted(box.metadata.name for box in boxes if box.is_static and box.is_running)
        return NotYet(f"{', '.join(running)} run still") if running else True

    what = f"the static pods of '{node.name}' to stop"
    late = _await(cluster, what, gone, _STOPPING) if patient else None
    node.record(POD_SANDBOXES, Moment.STOPPED)
    if late is not None:
        raise RecoveryError(str(late)) from late


def start_static_pods(cluster: Cluster, node: Node) -> None:
    """Give the manifests back, and return when the API is ready."""
    give_back(node)
    await_api(cluster, node)


def give_back(node: Node) -> None:
    """Let kubelet have the manifests again."""
    _move_all(node, ASIDE, MANIFESTS)
    node.run(["rmdir", ASIDE])
    # What it remembers of pods is newer than what the API tells now.
    node.run(["systemctl", "restart", "kubelet.service"])


def await_api(cluster: Cluster, node: Node) -> None:
    """Return when the API of this machine, and then that behind the endpoint, is ready."""
    # The endpoint follows an API, and until it has, that of another machine may answer there.
    for argv in (["kubectl", f"--server=https://{node.spec.ip}:6443", *_READY], ["kubectl", *_READY]):
        _await(cluster, f"the API of '{node.name}' to be ready", partial(_is_ready, node, argv), _STARTING)
        node.run(argv)


def _is_ready(node: Node, argv: list[str]) -> bool | NotYet:
    said = node.machine.channel.run(argv)
    return True if said.status == 0 else NotYet(said.stderr.strip() or "no answer")


def _kill(node: Node) -> None:
    for name in _PROGRAMS:
        # One that kubelet has started again meanwhile is met at the next look.
        node.machine.channel.run(["pkill", "--signal", "KILL", "--exact", name[:_LETTERS]])


def _move_all(node: Node, source: str, target: str) -> None:
    names = node.run(["find", source, "-type", "f", "-printf", "%P\\n"]).stdout.split()
    node.run(["mv", f"--target-directory={target}", *(f"{source}/{name}" for name in sorted(names))])


def _await(cluster: Cluster, what: str, check: Callable[[], bool | NotYet], budget: timedelta) -> DeadlineError | None:
    """Wait, and hand back what it was in vain for."""
    deadline = Deadline.after(budget * cluster.lab.pace, cluster.journal.clock)
    with cluster.journal.wait(what):
        try:
            wait_for(what, check, deadline, every=timedelta(milliseconds=500))
        except DeadlineError as late:
            return late
    return None
