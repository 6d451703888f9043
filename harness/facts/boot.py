"""Which boot of a machine this is."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from harness.facts.fact import Output
from harness.facts.reading import succeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class BootId:
    """The kernel's random number of this boot."""

    name: str = "boot-id"
    argv: tuple[str, ...] = ("cat", "/proc/sys/kernel/random/boot_id")

    def parse(self, output: Output) -> str:
        """The boot id."""
        return str(UUID(succeeded(output).strip()))


BOOT_ID = BootId()
