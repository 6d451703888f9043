"""Which boot of a machine this is, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from harness.facts.fact import Output
from harness.facts.reading import shortened, succeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class BootId:
    """The kernel's random number of this boot."""

    name: str = "boot-id"
    argv: tuple[str, ...] = ("cat", "/proc/sys/kernel/random/boot_id")

    def parse(self, output: Output) -> str:
        """The boot id."""
        return str(UUID(succeeded(output).strip()))


@dataclass(frozen=True, slots=True, kw_only=True)
class BootStart:
    """When the machine's systemd began; a container machine's kernel is older than its boot."""

    name: str = "boot-start"
    argv: tuple[str, ...] = ("systemctl", "show", "--property=UserspaceTimestamp", "--timestamp=unix", "--value")

    def parse(self, output: Output) -> datetime:
        """The moment, to the second."""
        said = succeeded(output).strip()
        if not said.startswith("@") or not said[1:].isdecimal() or len(said) > len("@9999999999"):
            raise ValueError(f"not a moment: {shortened(said) or 'empty'}")
        return datetime.fromtimestamp(int(said[1:]), UTC)


BOOT_ID = BootId()
BOOT_START = BootStart()
