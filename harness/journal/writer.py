"""The journal as it is written: first, whole lines, on disk before the next step is taken."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from harness.clock import Clock
from harness.errors import JournalError
from harness.journal.event import Event, Kind
from harness.journal.redaction import CERTIFICATE_KEY, redact

#: Acknowledged writes and probes come ten a second; they reach the disk with the next event of another kind.
_FREQUENT = frozenset({Kind.LEDGER, Kind.PROBE, Kind.WATCH})
#: Values of exactly these types come back from JSON as they were; what derives from one comes back without its class.
_FLAT = (str, int, bool, type(None))


class Listener(Protocol):
    """Someone who is told of each event after it is written."""

    def __call__(self, event: Event) -> None:
        """Take note of the event."""
        ...


class Journal:
    """An open journal; safe to write to from several threads."""

    def __init__(self, path: Path, clock: Clock, listeners: tuple[Listener, ...] = ()) -> None:
        self.path = path
        self.clock = clock
        #: The phase that is going on; there is one at a time.
        self.open_phase = ""
        self._listeners = listeners
        self._lock = threading.Lock()
        self._waits = itertools.count(1)
        #: How many lines there are and how many bytes, replaced in one step: no interruption can come between them.
        self._written = (0, 0)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)

    def write(self, kind: Kind, **data: Any) -> Event:
        """Append one event; what is secret in it is taken out."""
        # Most lines that come ten times a second hold nothing else, and need no way through JSON.
        is_flat = all(type(value) in _FLAT for value in data.values())
        clean = _redacted(data) if is_flat else json.loads(redact_json(data))
        with self._lock:
            event = Event(seq=self._written[0], at=self.clock.now(), mono=self.clock.monotonic(), kind=kind, data=clean)
            self._append((event.to_line() + "\n").encode(errors="replace"), sync=kind not in _FREQUENT)
        for listener in self._listeners:
            listener(event)
        return event

    def _append(self, line: bytes, *, sync: bool) -> None:
        """Write a whole line, or take back what was written of it, so that the journal stays readable."""
        lines, size = self._written
        try:
            if os.fstat(self._file).st_size > size:
                # Ctrl-C came right after the last line was written, and nobody was told of that line.
                os.ftruncate(self._file, size)
            written = 0
            while written < len(line):
                written += os.write(self._file, line[written:])
            self._written = (lines + 1, size + len(line))
            if sync:
                os.fsync(self._file)
        except OSError as refused:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, size)
                self._written = (lines, size)
            raise JournalError(f"The journal '{self.path}' cannot be written: {refused.strerror}") from refused

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """A named stretch of the drill; its end is written whatever happens in it."""
        self.write(Kind.PHASE, name=name, state="start")
        self.open_phase = name
        try:
            yield
        finally:
            self.open_phase = ""
            self.write(Kind.PHASE, name=name, state="end")

    @contextlib.contextmanager
    def wait(self, on: str) -> Iterator[None]:
        """A stretch in which something outside the harness is waited for."""
        number = next(self._waits)
        self.write(Kind.WAIT, id=number, on=on, state="start")
        try:
            yield
        finally:
            self.write(Kind.WAIT, id=number, on=on, state="end")

    def close(self) -> None:
        """Bring everything to disk and close the file; what is written afterwards is refused."""
        with self._lock:
            os.fsync(self._file)
            os.close(self._file)
            # A number that is free may soon be that of another file.
            self._file = -1


def redact_json(data: dict[str, Any]) -> str:
    """The data as JSON text, each string in it redacted."""
    return json.dumps(_redacted(data), default=_plain)


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted_word(item, value[place - 1] if place else "") for place, item in enumerate(value)]
    return value


def _redacted_word(value: Any, before: Any) -> Any:
    """A word of a command line; of a key alone nobody sees that it is one but by the word before it."""
    return f"[{CERTIFICATE_KEY}]" if before == "--certificate-key" else _redacted(value)


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)
