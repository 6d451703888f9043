"""Machines and a cluster that are only talked about, for scenarios that are read before there are any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from harness.lab import Node
from harness.spec import LabSpec, NodeSpec, Role


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """A machine that is only talked about."""

    spec: NodeSpec

    @property
    def name(self) -> str:
        """Its name."""
        return self.spec.name


class PlannedCluster:
    """A cluster that is only talked about."""

    def __init__(self, lab: LabSpec) -> None:
        self._lab = lab

    @property
    def master(self) -> Node:
        """The first control plane."""
        return self.of_role(Role.CONTROL_PLANE)[0]

    @property
    def workers(self) -> tuple[Node, ...]:
        """The workers."""
        return self.of_role(Role.WORKER)

    @property
    def etcd_nodes(self) -> tuple[Node, ...]:
        """The machines on which etcd runs."""
        return tuple(cast(Node, PlannedNode(spec)) for spec in self._lab.etcd_nodes)

    @property
    def spare(self) -> Node:
        """The spare machine."""
        return self.of_role(Role.SPARE)[0]

    def of_role(self, role: Role) -> tuple[Node, ...]:
        """The machines of one role."""
        return tuple(cast(Node, PlannedNode(spec)) for spec in self._lab.of_role(role))
