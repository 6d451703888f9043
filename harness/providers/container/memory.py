"""What a container machine holds of the host's memory, as the kernel counts it for its control group."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

#: Memory of processes, and of files on tmpfs, which is memory as well. What is cached of files on disks is left out:
#: the kernel gives it back whenever somebody else needs it. Version 1 counts a group without its children otherwise.
_COUNTED_V1 = ("total_rss", "total_shmem")
_COUNTED_V2 = ("anon", "shmem")
_MACHINE = "libpod-"


def held_by(leader: int, *, proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Bytes held by the group of a machine's first process; 0 when it is gone, None where nobody counts."""
    try:
        lines = (proc / str(leader) / "cgroup").read_text().splitlines()
    except OSError:
        return 0
    paths = {controllers: path for _, controllers, path in (line.split(":", 2) for line in lines)}
    known = next((path for controllers, path in paths.items() if "memory" in controllers.split(",")), None)
    if known is not None:
        return _sum(groups / "memory" / _of_machine(known) / "memory.stat", _COUNTED_V1)
    return _sum(groups / _of_machine(paths.get("", "/")) / "memory.stat", _COUNTED_V2)


def _of_machine(path: str) -> str:
    """The group that podman made: systemd has put its first process into one below it."""
    parts = PurePosixPath(path.lstrip("/")).parts
    depth = next((number for number, part in enumerate(parts, 1) if part.startswith(_MACHINE)), len(parts))
    return "/".join(parts[:depth])


def _sum(stat: Path, counted: tuple[str, ...]) -> int | None:
    try:
        rows = dict(line.split() for line in stat.read_text().splitlines())
    except (OSError, ValueError):
        return None
    return sum(int(rows.get(name, 0)) for name in counted) if counted[0] in rows else None
