"""Objects of the Kubernetes API, as far as a drill looks at them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from harness.facts.fact import Output
from harness.facts.reading import read_json, succeeded

#: The annotation of a static pod by which its manifest is another one than before.
REDEPLOYED_FOR = "kubedrill.io/redeployed-for"


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeObject:
    """One object: what it is called, which one it is, and what is in it."""

    kind: str
    name: str
    uid: str
    namespace: str | None = None
    content: Any = field(default=None, hash=False)

    @property
    def title(self) -> str:
        """Its kind and full name."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """What an object belongs to."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The part that all objects have."""

    name: str
    uid: str = ""
    namespace: str | None = None
    labels: dict[str, str] | None = field(default=None, hash=False)
    annotations: dict[str, str] | None = field(default=None, hash=False)
    ending: Annotated[str | None, Field(alias="deletionTimestamp")] = None
    owners: Annotated[list[Owner] | None, Field(alias="ownerReferences")] = field(default=None, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of an object."""

    type: str
    status: str
    reason: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taint:
    """One taint of a Node."""

    key: str
    effect: str
    value: str | None = None

    def __str__(self) -> str:
        return f"{self.key}={self.value}:{self.effect}" if self.value else f"{self.key}:{self.effect}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _NodeSpec:
    taints: list[Taint] | None = None
    unschedulable: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    started: Annotated[str, Field(alias="startedAt")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ContainerState:
    running: _Running | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Container:
    state: _ContainerState = _ContainerState()


@dataclass(frozen=True, slots=True, kw_only=True)
class _NodeAddress:
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Status:
    phase: str = ""
    addresses: list[_NodeAddress] | None = None
    conditions: list[Condition] | None = None
    containers: Annotated[list[_Container] | None, Field(alias="containerStatuses")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _PodSpec:
    node: Annotated[str | None, Field(alias="nodeName")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One Node."""

    metadata: Metadata
    spec: _NodeSpec = _NodeSpec()
    status: _Status = _Status()

    @property
    def is_ready(self) -> bool:
        """Whether its kubelet says that it is ready."""
        return _is_true("Ready", self.status)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Under which addresses and names its kubelet says that it is."""
        return tuple(one.address for one in self.status.addresses or [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """One pod."""

    metadata: Metadata
    spec: _PodSpec = _PodSpec()
    status: _Status = _Status()

    @property
    def title(self) -> str:
        """Its full name."""
        return f"{self.metadata.namespace}/{self.metadata.name}"

    @property
    def is_ready(self) -> bool:
        """Whether it runs and is ready."""
        return self.status.phase == "Running" and _is_true("Ready", self.status)

    @property
    def started(self) -> str:
        """When its last container started, in the API's own sortable form; empty if none runs."""
        running = (one.state.running for one in self.status.containers or [])
        return max((one.started for one in running if one is not None), default="")

    @property
    def owner(self) -> Owner | None:
        """What it belongs to, if anything."""
        return self.metadata.owners[0] if self.metadata.owners else None


def _is_true(condition: str, status: _Status) -> bool:
    return any(one.type == condition and one.status == "True" for one in status.conditions or [])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Identified:
    uid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """The objects that must survive."""

    name: str = "objects"
    argv: tuple[str, ...] = ("api", "list", "chosen-objects")

    def parse(self, output: Output) -> tuple[KubeObject, ...]:
        """The objects, by title."""
        return tuple(sorted(read_json(list[KubeObject], output), key=lambda one: one.title))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """All Nodes."""

    name: str = "nodes"
    argv: tuple[str, ...] = ("api", "list", "nodes")

    def parse(self, output: Output) -> tuple[Node, ...]:
        """The Nodes, by name."""
        return tuple(sorted(read_json(list[Node], output), key=lambda one: one.metadata.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pods:
    """All pods."""

    name: str = "pods"
    argv: tuple[str, ...] = ("api", "list", "pods")

    def parse(self, output: Output) -> tuple[Pod, ...]:
        """The pods, by full name."""
        return tuple(sorted(read_json(list[Pod], output), key=lambda one: one.title))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpareNode:
    """The Node that the spare machine became."""

    name: str = "spare-node"
    argv: tuple[str, ...] = ("api", "get", "node", "spare")

    def parse(self, output: Output) -> Node | None:
        """The Node; status 404 is the answer that there is none."""
        return None if output.status == 404 else read_json(Node, output)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateObject:
    """The object that was written when the backup was already taken."""

    name: str = "late-object"
    argv: tuple[str, ...] = ("api", "get", "configmap", "written-after-the-backup")

    def parse(self, output: Output) -> str | None:
        """Its UID; status 404 is the answer that it is gone."""
        return None if output.status == 404 else read_json(_Identified, output).uid


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespaces:
    """The namespaces, as an administrator on the machine lists them."""

    name: str = "namespaces"
    argv: tuple[str, ...] = ("kubectl", "get", "namespaces", "--output=name")

    def parse(self, output: Output) -> tuple[str, ...]:
        """Their names; there is at least one."""
        names = tuple(line.removeprefix("namespace/") for line in succeeded(output).split())
        if not names:
            raise ValueError("a cluster without namespaces")
        return names


OBJECTS = Objects()
NODES = Nodes()
PODS = Pods()
SPARE_NODE = SpareNode()
LATE_OBJECT = LateObject()
NAMESPACES = Namespaces()
