"""A channel that says each command before it is run, as an engineer would type it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import timedelta

from harness.facts.fact import Output
from harness.providers.seam import Channel

#: The machine, and the line.
Teller = Callable[[str, str], None]


class ToldChannel:
    """The same machine; a command that is repeated until it answers well is said once."""

    def __init__(self, machine: str, channel: Channel, tell: Teller) -> None:
        self._machine = machine
        self._channel = channel
        self._tell = tell
        self._last: tuple[str, ...] = ()

    def run(self, argv: Sequence[str], *, stdin: bytes | None = None, timeout: timedelta | None = None) -> Output:
        """Say the command, and run it."""
        if tuple(argv) != self._last:
            self._last = tuple(argv)
            self._tell(self._machine, shlex.join(argv))
        return self._channel.run(argv, stdin=stdin, timeout=timeout)

    def put(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Say which file is copied, and write it; its content may be a secret."""
        self._last = ()
        self._tell(self._machine, f"install --mode={mode:04o} /dev/stdin {shlex.quote(path)}  # {len(content)} bytes")
        self._channel.put(path, content, mode)

    def get(self, path: str) -> bytes:
        """Say which file is read, and read it."""
        self._last = ()
        self._tell(self._machine, f"cat {shlex.quote(path)}")
        return self._channel.get(path)
