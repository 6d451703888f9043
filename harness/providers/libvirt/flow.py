"""Bytes that flow through libvirt's own connection: consoles, and channels of machines."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import libvirt

from harness.errors import LabError

_PIECE = 64 * 1024
_starting = threading.Lock()
_started = threading.Event()


def watch_events() -> None:
    """Let this process hear of what flows; to be said before a connection is opened.

    A thread that waits for bytes in libvirt itself keeps all others of its connection from their answers.
    """
    with _starting:
        if not _started.is_set():
            libvirt.virEventRegisterDefaultImpl()
            threading.Thread(target=_watch, name="libvirt events", daemon=True).start()
            _started.set()


class Flow:
    """One stream: what comes is handed over piece by piece, and nothing at its end."""

    def __init__(self, connection: libvirt.virConnect, hear: Callable[[bytes], None]) -> None:
        self.stream = connection.newStream(libvirt.VIR_STREAM_NONBLOCK)
        self._hear = hear
        self._ended = threading.Event()

    def begin(self) -> None:
        """Hear from now on; the stream leads somewhere by now."""
        wanted = libvirt.VIR_STREAM_EVENT_READABLE | libvirt.VIR_STREAM_EVENT_HANGUP | libvirt.VIR_STREAM_EVENT_ERROR
        self.stream.eventAddCallback(wanted, self._happened, None)

    def send(self, data: bytes) -> None:
        """Send all of it."""
        while data:
            try:
                sent = self.stream.send(data[:_PIECE])
            except libvirt.libvirtError as ended:
                raise LabError(f"A stream of libvirt has ended: {ended}") from ended
            if sent < 0:
                # It takes no more for the moment.
                if self._ended.wait(0.01):
                    raise LabError("A stream of libvirt has ended")
                continue
            data = data[sent:]

    def close(self) -> None:
        """End it."""
        self._end()
        with contextlib.suppress(libvirt.libvirtError):
            self.stream.abort()

    def _happened(self, stream: libvirt.virStream, events: int, _: object) -> None:
        try:
            while not self._ended.is_set():
                got = stream.recv(_PIECE)
                if isinstance(got, int):
                    break
                if not got:
                    self._end()
                    return
                self._hear(got)
        except libvirt.libvirtError:
            self._end()
            return
        if events & (libvirt.VIR_STREAM_EVENT_HANGUP | libvirt.VIR_STREAM_EVENT_ERROR):
            self._end()

    def _end(self) -> None:
        with _starting:
            if self._ended.is_set():
                return
            self._ended.set()
        with contextlib.suppress(libvirt.libvirtError):
            self.stream.eventRemoveCallback()
        self._hear(b"")


def _watch() -> None:
    while True:
        libvirt.virEventRunDefaultImpl()
