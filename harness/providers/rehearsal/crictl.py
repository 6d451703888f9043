"""crictl, and what of ctr is needed, on a simulated machine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from harness.errors import LabError
from harness.facts.fact import Output
from harness.providers.rehearsal.sandbox import container_id

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_SHORT = 13
#: A container that was killed runs still for the container runtime, until the event has reached it.
_HEARING_SECONDS = 0.2
_TITLES = ("CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID")
_KILL = ("--namespace", "k8s.io", "tasks", "kill", "--signal", "SIGKILL")


def crictl(machine: SimulatedMachine, argv: Sequence[str]) -> Output:
    """Pods and containers as the container runtime of this machine knows them."""
    match list(argv):
        case ["pods", "--output", "json"]:
            return Output(status=0, stdout=_pods(machine))
        case ["ps", "--all"]:
            rows = [_TITLES, *_containers(machine)]
            widths = [max(len(row[place]) for row in rows) + 2 for place in range(len(_TITLES))]
            lines = ("".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
            return Output(status=0, stdout="".join(f"{line.rstrip()}\n" for line in lines))
        case ["inspect", short]:
            whole = [container_id(box) for box in machine.kubelet.sandboxes.values()]
            found = next((one for one in whole if one.startswith(short)), None)
            if found is None:
                return Output(status=1, stdout="", stderr=f'crictl: container "{short}": not found\n')
            return Output(status=0, stdout=json.dumps({"status": {"id": found}}))
    raise LabError(f"The rehearsal knows no 'crictl {' '.join(argv)}'")


def ctr(machine: SimulatedMachine, argv: Sequence[str]) -> Output:
    """The kernel ends a container's process; images have nothing in them."""
    if list(argv[2:4]) == ["images", "list"]:
        return Output(status=0, stdout="registry.k8s.io/etcd:3.6.5-0\n")
    if argv[2] == "images":
        return Output(status=0, stdout="")
    *words, container = argv
    if tuple(words) != _KILL:
        raise LabError(f"The rehearsal knows no 'ctr {' '.join(argv)}'")
    if not machine.kubelet.crash(container):
        return Output(status=1, stdout="", stderr=f"ctr: no running task found: task {container} not found\n")
    return Output(status=0, stdout="")


def _pods(machine: SimulatedMachine) -> str:
    items = []
    for box in machine.kubelet.sandboxes.values():
        metadata = {"name": box.name, "namespace": box.namespace, "uid": box.uid}
        source = {"kubernetes.io/config.source": "file" if box.is_static else "api"}
        state = "SANDBOX_NOTREADY" if box.ended and box.is_final else "SANDBOX_READY"
        items.append({"id": box.id, "metadata": metadata, "state": state, "annotations": source})
    return json.dumps({"items": items}) + "\n"


def _containers(machine: SimulatedMachine) -> Iterator[tuple[str, ...]]:
    now = machine.world.clock.monotonic()
    for box in machine.kubelet.sandboxes.values():
        state = "EXITED" if box.ended and now - box.started >= _HEARING_SECONDS else "RUNNING"
        yield (container_id(box)[:_SHORT], "sha256:1", "1s ago", state, box.container, str(box.attempt), box.id)
