"""Runs that left things on this host, and no lease in this cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import LabError
from harness.ownership.containers import owned
from harness.ownership.folders import named_folders
from harness.ownership.host import Host
from harness.ownership.places import cache_root, other_leases
from harness.ownership.processes import marked_runs
from harness.ownership.record import LeaseRecord
from harness.ownership.run_id import run_of
from harness.ownership.virtual import virtual_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Strays:
    """Those that nobody here answers for, those that somebody does, and what could not be looked at."""

    lost: frozenset[str]
    foreign: frozenset[str]
    errors: tuple[str, ...] = ()


def strays(leases: Sequence[LeaseRecord], host: Host) -> Strays:
    """By the names of what is there; another cache's leases and living processes with a run's mark answer for it."""
    seen = {run for folder in named_folders(cache_root(), host) if (run := run_of(folder.name))}
    if host.netns.is_dir():
        seen |= {run for path in host.netns.iterdir() if (run := run_of(path.name))}
    foreign = marked_runs(host) | {path.name.partition(".")[0] for path in other_leases(host.registry)}
    errors: tuple[str, ...] = ()
    try:
        seen |= {run for name in virtual_names(host) if (run := run_of(name))}
        seen |= {labels.get("kubedrill.run") or run_of(name) or "" for name, _, labels in owned(host)}
    except (LabError, OSError) as error:
        errors = (str(error),)
    seen -= {lease.run for lease in leases} | {""}
    return Strays(lost=frozenset(seen - foreign), foreign=frozenset(seen & foreign), errors=errors)
