"""Pods as the container runtime of a machine knows them."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.facts.fact import Output
from harness.facts.reading import read_json

_STATIC = frozenset({"file", "http"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxName:
    """Whose sandbox it is."""

    name: str
    namespace: str
    uid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """One pod sandbox."""

    id: str
    metadata: SandboxName
    state: str
    annotations: dict[str, str] | None = field(default=None, hash=False)

    @property
    def is_running(self) -> bool:
        """Whether it runs now."""
        return self.state == "SANDBOX_READY"

    @property
    def is_static(self) -> bool:
        """Whether the kubelet took it from a file, so that the API knows it under another UID."""
        return (self.annotations or {}).get("kubernetes.io/config.source", "") in _STATIC


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sandboxes:
    items: list[Sandbox] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PodSandboxes:
    """All pod sandboxes of a machine."""

    name: str = "pod-sandboxes"
    argv: tuple[str, ...] = ("crictl", "pods", "--output", "json")

    def parse(self, output: Output) -> tuple[Sandbox, ...]:
        """The sandboxes, running or not."""
        return tuple(read_json(_Sandboxes, output).items or [])


POD_SANDBOXES = PodSandboxes()
