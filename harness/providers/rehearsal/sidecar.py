"""A simulated second container in etcd's static pod."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from harness.facts.fact import Output
from harness.facts.sidecar import ETCD_CONTAINERS, SIDECAR, SIDECAR_EVERY, SIDECAR_SNAPSHOT

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_MANIFEST = "/etc/kubernetes/manifests/etcd.yaml"


class Sidecar:
    """Takes a snapshot every few seconds, as long as its loop goes round."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._hangs = False
        self._last: float | None = None
        self._taken = ""

    def go_dark(self) -> None:
        """The power is gone."""
        self._hangs, self._last = False, None

    def halt(self, pattern: str) -> bool:
        """Let it hang, if it runs and is meant."""
        self._hangs = self._is_there and re.search(pattern, SIDECAR_SNAPSHOT) is not None
        return self._hangs

    def step(self) -> None:
        """Take one when it is time."""
        member, clock = self._machine.control_plane.member, self._machine.world.clock
        due = self._last is None or clock.monotonic() - self._last >= SIDECAR_EVERY.total_seconds()
        if due and member is not None and not self._hangs and self._is_there:
            self._last, self._taken = clock.monotonic(), f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"
            self._machine.write(SIDECAR_SNAPSHOT, member.etcd.snapshot(), 0o600, sync=True)

    def newest(self, path: str) -> tuple[bytes, str]:
        """What it has taken, and when."""
        content = self._machine.read(path)
        assert content is not None
        return content, self._taken

    @property
    def _is_there(self) -> bool:
        manifest = self._machine.read(_MANIFEST)
        return manifest is not None and self._machine.kubelet.runs_static("etcd") and SIDECAR in _containers(manifest)


@cache
def _containers(manifest: bytes) -> tuple[str, ...]:
    return ETCD_CONTAINERS.parse(Output(status=0, stdout=manifest.decode()))
