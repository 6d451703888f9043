"""The most that the machines of a drill held of the host's memory."""

from __future__ import annotations

from dataclasses import dataclass

from harness.journal import History, Kind
from harness.verdict.measure import number
from harness.verdict.timeline import fidelity

_MIB = 1024 * 1024
#: What is counted, by the fidelity of the machines.
_COUNTED = {
    "container": "processes and tmpfs of the machines' control groups, without what is cached of files",
    "vm-kvm": "the resident memory of the machines' emulators, with all that the guests cache",
    "vm-emulated": "the resident memory of the machines' emulators, with all that the guests cache",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The highest sum that was seen, and how often was looked; None where nobody measured."""

    peak_mib: float | None
    looks: int
    counted: str


def measured_memory(history: History) -> Memory:
    """The peak as far as it was measured: a line without a look at machines is no measurement."""
    events = [(looks, event) for event in history.of(Kind.MEMORY) if (looks := number(event, "looks") or 0) > 0]
    seen = [value for _, event in events if (value := number(event, "bytes")) is not None]
    peak = max(seen, default=0.0)
    return Memory(
        peak_mib=round(peak / _MIB, 1) if peak > 0 else None,
        looks=int(max((looks for looks, _ in events), default=0)),
        counted=_COUNTED.get(fidelity(history), "") if peak > 0 else "",
    )
