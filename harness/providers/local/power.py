"""What every machine refuses, with power or without, and when a boot of one is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from harness.clock import NotYet
from harness.errors import LabError
from harness.providers.seam import Channel
from harness.spec import NodeSpec

#: How long a boot may take at native speed.
BOOT_BUDGET = timedelta(seconds=60)


class Powered(Protocol):
    """A machine of which it is known whether it has power."""

    @property
    def spec(self) -> NodeSpec:
        """What was asked for."""
        ...

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        ...


def must_be_off(machine: Powered, what: str) -> None:
    """Refuse what can be done only while the machine has no power."""
    if machine.is_on:
        raise LabError(f"The machine '{machine.spec.name}' is on: {what} only while it is off")


def must_be_startable(machine: Powered) -> None:
    """Refuse to give power twice."""
    if machine.is_on:
        raise LabError(f"The machine '{machine.spec.name}' is already on")


def without_power(machine: Powered, what: str) -> LabError:
    """The error for what needs power."""
    return LabError(f"The machine '{machine.spec.name}' is off: {what}")


def containerd_runs(channel: Channel) -> bool | NotYet:
    """Whether the machine has come so far that kubelet can work."""
    state = channel.run(["systemctl", "is-active", "containerd.service"])
    return True if state.status == 0 else NotYet(f"containerd is '{state.stdout.strip() or state.stderr.strip()}'")
