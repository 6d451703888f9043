"""What the command's exit status says."""

from __future__ import annotations

import signal
from enum import IntEnum


class ExitStatus(IntEnum):
    """The promises that scripts rely on."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    CANNOT_TELL = 3
    INTERRUPTED = 130
    TERMINATED = 143

    @classmethod
    def of_signal(cls, number: int) -> ExitStatus:
        """How a run ends that was told to."""
        return cls.TERMINATED if number == signal.SIGTERM else cls.INTERRUPTED
