"""Which Linux this is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

OS_RELEASE = Path("/etc/os-release")


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A distribution as it names itself."""

    name: str
    family: frozenset[str]
    #: What Debian calls this release of itself; empty for all others.
    debian: str = ""

    @property
    def has_apt(self) -> bool:
        """Whether packages are installed by apt under Debian's names."""
        return bool(self.family & {"debian", "ubuntu"})


def read_distribution(path: Path = OS_RELEASE) -> Distribution:
    """The distribution of this host."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    fields = dict(line.split("=", 1) for line in lines if "=" in line)
    said = {key: value.strip().strip("\"'") for key, value in fields.items()}
    family = {said.get("ID", "unknown"), *said.get("ID_LIKE", "").split()}
    debian = said.get("VERSION_CODENAME", "") if said.get("ID") == "debian" else ""
    return Distribution(name=said.get("PRETTY_NAME", "this system"), family=frozenset(family), debian=debian)
