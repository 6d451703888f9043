"""Containers as the container runtime of a machine knows them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from harness.facts.fact import Output
from harness.facts.reading import shortened, succeeded

#: The work that nobody takes up again while no controller runs: a Job's name, and that of its container.
ERRAND = "errand"
#: Every machine carries it, and it has a shell: what a pod is made of that is no part of Kubernetes.
SHELL_IMAGE = "docker.io/library/nginx:latest"
_COLUMNS = ("CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID")


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One container; `pod` is the id of its sandbox, which some versions of crictl cut short."""

    id: str
    name: str
    state: str
    attempt: int
    pod: str

    @property
    def is_running(self) -> bool:
        """Whether it runs now."""
        return self.state == "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Containers:
    """All containers of a machine, running or not."""

    items: tuple[Container, ...]

    @property
    def errand(self) -> tuple[str, ...]:
        """How the containers of the errand are."""
        return tuple(sorted(one.state for one in self.items if one.name == ERRAND))

    def of(self, sandbox: str) -> tuple[Container, ...]:
        """Those of one pod, by the whole id of its sandbox."""
        return tuple(one for one in self.items if one.pod and sandbox.startswith(one.pod))


@dataclass(frozen=True, slots=True, kw_only=True)
class PodContainers:
    """All containers of a machine."""

    name: str = "containers"
    argv: tuple[str, ...] = ("crictl", "ps", "--all")

    def parse(self, output: Output) -> Containers:
        """The containers, read from crictl's table by the places of its titles."""
        lines = [line for line in succeeded(output).splitlines() if line.strip()]
        if not lines or any(title not in lines[0] for title in _COLUMNS):
            raise ValueError(f"not a table of containers: {shortened(output.stdout) or 'nothing'}")
        return Containers(items=tuple(_container(lines[0], line) for line in lines[1:]))


def _container(titles: str, line: str) -> Container:
    starts = [titles.index(title) for title in _COLUMNS]
    cells = [line[start:end].strip() for start, end in pairwise([*starts, None])]
    known, _image, _created, state, name, attempt, pod = cells
    # What may follow a pod's id, its name and namespace, is no part of it.
    return Container(id=known, name=name, state=state.lower(), attempt=int(attempt), pod=pod.partition(" ")[0])


CONTAINERS = PodContainers()
