"""Connections into the lab's network by way of a machine in it: many of them through one channel of libvirt."""

from __future__ import annotations

import contextlib
import functools
import itertools
import queue
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from harness.errors import LabError

_HEAD = struct.Struct(">IcI")
_OPEN, _DATA, _CLOSE = b"O", b"D", b"C"
_PIECE = 16 * 1024
#: Both ends send pieces; whoever announces more than this is not that program, and is not waited for.
_LONGEST = 256 * 1024


class Frames:
    """Bytes as they come become numbered messages."""

    def __init__(self) -> None:
        self._heard = bytearray()

    def __len__(self) -> int:
        return len(self._heard)

    def take(self, data: bytes) -> list[tuple[int, bytes, bytes]]:
        """The messages that are whole by now; what can be none is a LabError."""
        self._heard += data
        return list(self._whole())

    def _whole(self) -> Iterator[tuple[int, bytes, bytes]]:
        while len(self._heard) >= _HEAD.size:
            number, letter, length = _HEAD.unpack_from(self._heard)
            if length > _LONGEST:
                raise LabError(f"The witness machine announces {length} bytes at once, which nobody sends there")
            end = _HEAD.size + length
            if len(self._heard) < end:
                return
            text = bytes(self._heard[_HEAD.size : end])
            del self._heard[:end]
            yield number, letter, text


class Pipe(Protocol):
    """Bytes to and from the machine."""

    def send(self, data: bytes) -> None:
        """Send all of it."""
        ...

    def receive(self) -> bytes:
        """The next bytes; none when it has ended."""
        ...


class Relay:
    """Sockets on this host, each of which leads to an address of the lab; nobody but their owner may open them."""

    def __init__(self, pipe: Pipe, folder: Path) -> None:
        self._pipe = pipe
        self._folder = folder
        self._numbers = itertools.count(1)
        self._turn, self._making = threading.Lock(), threading.Lock()
        self._doors: dict[tuple[str, int], tuple[Path, socket.socket]] = {}
        self._guests: dict[int, queue.SimpleQueue[bytes | None]] = {}
        self._ended = False
        self._run(self._listen, "relay")

    def door(self, host: str, port: int) -> Path:
        """The socket that leads to an address of the lab."""
        if self._ended:
            raise LabError("The witness machine is not heard of any more: its channel has ended")
        with self._making:
            if (host, port) not in self._doors:
                path = self._folder / f"{host}-{port}"
                door = socket.socket(socket.AF_UNIX)
                door.bind(str(path))
                door.listen(64)
                self._doors[host, port] = path, door
                self._run(functools.partial(self._welcome, door, host, port), f"relay to {host}")
            return self._doors[host, port][0]

    @property
    def has_ended(self) -> bool:
        """Whether nothing comes from the machine any more."""
        return self._ended

    def close(self) -> None:
        """Close the doors; who is inside is led out when the channel ends."""
        self._ended = True
        for path, door in self._doors.values():
            with contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            door.close()
            path.unlink(missing_ok=True)

    def _welcome(self, door: socket.socket, host: str, port: int) -> None:
        while not self._ended:
            try:
                guest, _ = door.accept()
            except OSError:
                return
            number = next(self._numbers)
            self._guests[number] = queue.SimpleQueue()
            self._run(functools.partial(self._bring, guest, number), "relay in")
            self._send(number, _OPEN, f"{host} {port}".encode())
            self._run(functools.partial(self._take, guest, number), "relay out")

    def _take(self, guest: socket.socket, number: int) -> None:
        """What the guest says goes to the lab."""
        with contextlib.suppress(OSError):
            while data := guest.recv(_PIECE):
                self._send(number, _DATA, data)
        waiting = self._guests.pop(number, None)
        if waiting is not None:
            self._send(number, _CLOSE, b"")
            waiting.put(None)

    def _bring(self, guest: socket.socket, number: int) -> None:
        """What the lab says goes to the guest."""
        waiting = self._guests[number]
        with contextlib.suppress(OSError):
            while (data := waiting.get()) is not None:
                guest.sendall(data)
        with contextlib.suppress(OSError):
            guest.shutdown(socket.SHUT_RDWR)
        guest.close()

    def _listen(self) -> None:
        frames = Frames()
        with contextlib.suppress(LabError):
            while data := self._pipe.receive():
                for message in frames.take(data):
                    self._obey(*message)
        self._ended = True
        for number in list(self._guests):
            self._lead_out(number)

    def _obey(self, number: int, letter: bytes, text: bytes) -> None:
        waiting = self._guests.get(number)
        if letter == _DATA and waiting is not None:
            waiting.put(text)
        elif letter == _CLOSE:
            self._lead_out(number)

    def _lead_out(self, number: int) -> None:
        waiting = self._guests.pop(number, None)
        if waiting is not None:
            waiting.put(None)

    def _send(self, number: int, letter: bytes, text: bytes) -> None:
        with self._turn, contextlib.suppress(LabError):
            self._pipe.send(_HEAD.pack(number, letter, len(text)) + text)

    def _run(self, action: Callable[[], None], name: str) -> None:
        threading.Thread(target=action, name=name, daemon=True).start()
