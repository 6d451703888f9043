"""SIGINT and SIGTERM, as the parent of a run takes them."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType

from harness.cli.guard import Interruption

_TAKEN = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class Signals:
    """What was received; outside of `deferred` a signal interrupts whatever is going on."""

    received: list[int] = field(default_factory=list)
    _deferring: bool = False

    @contextlib.contextmanager
    def deferred(self) -> Iterator[None]:
        """A block that looks at `received` itself, and is not interrupted."""
        self._deferring = True
        try:
            yield
        finally:
            self._deferring = False

    def take(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Handle one signal."""
        self.received.append(number)
        if not self._deferring:
            raise Interruption(number)


@contextlib.contextmanager
def listening() -> Iterator[Signals]:
    """Take the signals for as long as the block lasts."""
    signals = Signals()
    before = {number: signal.signal(number, signals.take) for number in _TAKEN}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
