"""Vagrant itself, for one lab."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from vagrant import Vagrant

from harness.errors import CommandError, hinted

_SHOWN_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class VagrantCommand:
    """Runs Vagrant where the lab's Vagrantfile is, and keeps what it says."""

    folder: Path
    environment: Mapping[str, str]

    @property
    def log(self) -> Path:
        """All that it said."""
        return self.folder / "vagrant.log"

    def up(self, machine: str) -> None:
        """Make a machine and boot it."""
        with self._asked("up", machine) as vagrant:
            vagrant.up(vm_name=machine, provider="libvirt")

    def destroy(self, machine: str) -> None:
        """Unmake a machine with its disks; one that was never made is fine."""
        with self._asked("destroy", machine) as vagrant:
            vagrant.destroy(vm_name=machine)

    @contextlib.contextmanager
    def _asked(self, what: str, machine: str) -> Iterator[Vagrant]:
        start = self.log.stat().st_size if self.log.exists() else 0
        vagrant = Vagrant(
            root=str(self.folder),
            env={**os.environ, **self.environment},
            out_cm=self._writing,
            err_cm=self._writing,
        )
        try:
            yield vagrant
        except (subprocess.CalledProcessError, RuntimeError) as failed:
            words = self._words(start)
            error = CommandError(f"'vagrant {what} {machine}' failed: {words[-1] if words else failed}")
            raise hinted(error, "\n".join(words[-_SHOWN_LINES:])) from failed

    @contextlib.contextmanager
    def _writing(self) -> Iterator[IO[bytes]]:
        with self.log.open("ab") as log:
            yield log

    def _words(self, start: int) -> list[str]:
        if not self.log.exists():
            return []
        with self.log.open("rb") as log:
            log.seek(start)
            said = log.read().decode(errors="replace").replace("\r", "\n")
        return [line.strip() for line in said.splitlines() if line.strip()]
