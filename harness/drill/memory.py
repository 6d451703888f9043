"""What the machines of a lab hold of the host's memory, looked at again and again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from harness.errors import LabError
from harness.journal import Kind
from harness.journal.writer import Journal
from harness.providers.seam import Lab

#: Programs of a control plane grow over seconds; what lasts for less is not seen, and said not to be.
_EVERY = timedelta(seconds=1)
#: Higher than the last by less than a sixteenth is not worth a line; the end writes the true one.
_PARTS = 16


class _Highest:
    """The most that was seen, and how often anybody looked."""

    def __init__(self, lab: Lab, journal: Journal) -> None:
        self._lab = lab
        self._journal = journal
        self._highest = 0
        self._told = 0
        self._looks = 0

    def look(self) -> None:
        """Add up what all machines hold; a look at which one of them cannot be told is none."""
        try:
            held = held_by(self._lab)
        except LabError:
            return
        if held is None:
            return
        self._looks += 1
        self._highest = max(self._highest, held)
        if self._highest > self._told + self._told // _PARTS:
            self.tell()

    def tell(self) -> None:
        """Put it on record."""
        self._told = self._highest
        self._journal.write(Kind.MEMORY, bytes=self._highest, looks=self._looks)


def held_by(lab: Lab) -> int | None:
    """What the machines of a lab hold together now; None where that of one of them cannot be told."""
    held = [machine.memory() for machine in lab.machines.values()]
    known = [one for one in held if one is not None]
    return sum(known) if len(known) == len(held) else None


@contextlib.contextmanager
def measuring(lab: Lab, journal: Journal) -> Iterator[None]:
    """Look once a second for as long as the block lasts; nothing is on record where nothing can be measured."""
    if held_by(lab) is None:
        yield
        return
    highest = _Highest(lab, journal)
    try:
        with lab.network.every(_EVERY, highest.look, "memory"):
            yield
    finally:
        highest.tell()
