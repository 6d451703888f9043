"""What a scenario intends, found out by running it with nothing behind it."""

from __future__ import annotations
import __future__

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from unittest.mock import MagicMock

from harness.errors import SpecError
from harness.faults import Fault
from harness.lab import Node
from harness.recoveries import Recovery
from harness.spec import LabSpec, NodeSpec, Role


@dataclass(slots=True, kw_only=True)
class Intent:
    """The story in data: what strikes, what brings back, and what is promised."""

    shared_endpoint: bool = True
    faults: list[Fault] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)
    within: timedelta | None = None
    losing_at_most: timedelta | None = None

    @property
    def keeps_configuration(self) -> bool:
        """Whether each recovery promises to bring back more than the identity."""
        return all(recovery.keeps_configuration for recovery in self.recoveries)


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
    def spare(self) -> Node:
        """The spare machine."""
        return self.of_role(Role.SPARE)[0]

    def of_role(self, role: Role) -> tuple[Node, ...]:
        """The machines of one role."""
        return tuple(cast(Node, PlannedNode(spec)) for spec in self._lab.of_role(role))


class PlannedDrill:
    """Takes a scenario's words down and does nothing."""

    def __init__(self, lab: LabSpec) -> None:
        self.cluster = PlannedCluster(lab)
        self.intent = Intent()

    def baseline(self) -> object:
        """Nothing is measured yet."""
        return object()

    def inject(self, fault: Fault) -> None:
        """Take the fault down."""
        self.intent.faults.append(fault)

    def recover(self, recovery: Recovery, *, within: timedelta) -> None:
        """Take the recovery and its promise down."""
        self.intent.recoveries.append(recovery)
        self.intent.within = within

    def expect_survival(self, *, of: object, losing_at_most: timedelta) -> None:  # noqa: ARG002
        """Take the promised loss down."""
        self.intent.losing_at_most = losing_at_most


def _without_assertions(story: Callable[..., Any]) -> Callable[..., Any]:
    source = textwrap.dedent(inspect.getsource(story))
    flags = __future__.annotations.compiler_flag
    namespace = dict(story.__globals__)
    exec(compile(source, inspect.getfile(story), "exec", flags=flags, dont_inherit=True, optimize=1), namespace)
    return cast(Callable[..., Any], namespace[story.__name__])


def read_intent(story: Callable[..., Any], lab: LabSpec, *, shared_endpoint: bool = True) -> Intent:
    """The intent of a scenario; one that breaks off, or promises nothing, is refused before anything is touched."""
    drill = PlannedDrill(lab)
    drill.intent.shared_endpoint = shared_endpoint
    others = [name for name in inspect.signature(story).parameters if name != "drill"]
    if others:
        # Other fixtures, such as `host`, tell of machines that are not there yet: whatever is asked of them is so.
        _without_assertions(story)(drill=drill, **{name: MagicMock(name=name) for name in others})
    else:
        story(drill)
    intent = drill.intent
    if not intent.faults or not intent.recoveries or intent.losing_at_most is None:
        missing = "fault" if not intent.faults else "recovery" if not intent.recoveries else "expectation"
        raise SpecError(f"The scenario '{story.__name__}' has no {missing}, so there is nothing to judge")
    return intent
