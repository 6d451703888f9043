"""A rehearsal whose every call at a seam goes through the weather."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.ownership.host import Host
from harness.ownership.host_state import HostState, host_state
from harness.providers.rehearsal import RehearsalProvider
from harness.providers.rehearsal.provider import RehearsalLab
from harness.spec import LabSpec
from tests.storm.weather import POWER, Weather

_CHANNEL = ("run", "put", "get")
_API = ("get", "list", "apply", "delete", "watch")


class Exposed:
    """Something of the lab, and which of its calls the weather reaches."""

    def __init__(self, inner: Any, weather: Weather, sort: str, calls: tuple[str, ...]) -> None:
        self._inner = inner
        self._weather = weather
        self._sort = sort
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name == "channel":
            return Exposed(found, self._weather, "channel", _CHANNEL)
        if name == "api":
            return lambda *given, **named: Exposed(found(*given, **named), self._weather, "api", _API)
        if name not in self._calls:
            return found
        sort = f"{self._sort}.{name}"

        def call(*given: Any, **named: Any) -> Any:
            return self._weather.around(sort, found, given, named)

        # It stays the same, and is asked for some thousand times.
        setattr(self, name, call)
        return call


class _Disk:
    """The operating system under the journal, which may have no room for all of a line."""

    def __init__(self, weather: Weather) -> None:
        self._weather = weather

    def __getattr__(self, name: str) -> Any:
        found = getattr(os, name)
        setattr(self, name, found)
        return found

    def write(self, file: int, line: bytes) -> int:
        """Write it, or half of it."""
        if self._weather.due("journal") is None:
            return os.write(file, line)
        os.write(file, line[: len(line) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextlib.contextmanager
def under_the_journal(weather: Weather) -> Iterator[None]:
    """Let the weather reach the disk that the journal is written to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("harness.journal.writer.os", _Disk(weather))
        yield


@contextlib.contextmanager
def on_a_still_host() -> Iterator[None]:
    """Let the host's clock be none of the drill's: two looks at it differ by a thousandth on a busy host."""

    def still(host: Host | None = None) -> HostState:
        return replace(host_state(host), lead=0.0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("harness.drill.closing.host_state", still)
        yield


class StormyProvider(RehearsalProvider):
    """Lets the drill have the exposed lab, and whoever judges the truth the lab behind it."""

    def __init__(self, weather: Callable[[RehearsalProvider], Weather], look: Callable[[RehearsalLab], None]) -> None:
        super().__init__()
        self.weather = weather(self)
        self._look = look

    @contextlib.contextmanager
    def lab(self, spec: LabSpec, *, kubernetes: str, run: str, folder: Path) -> Iterator[RehearsalLab]:
        """The lab, as exposed as it can be."""
        with super().lab(spec, kubernetes=kubernetes, run=run, folder=folder) as calm:
            machines: Any = {
                name: Exposed(machine, self.weather, "machine", POWER) for name, machine in calm.machines.items()
            }
            network: Any = Exposed(calm.network, self.weather, "network", ("http",))
            try:
                yield replace(calm, machines=machines, network=network)
            finally:
                self._look(calm)
