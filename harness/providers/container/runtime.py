"""Which low-level runtime starts machines on this host, and what its control groups look like."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path

from harness.errors import LabError, hinted

CGROUPS = Path("/sys/fs/cgroup")


class CgroupMode(StrEnum):
    """How the host has mounted its control groups."""

    V1 = "v1"
    V2 = "v2"


def cgroup_mode(root: Path = CGROUPS) -> CgroupMode:
    """v2 only where it is the one hierarchy; a hybrid host counts as v1, since its controllers are there."""
    return CgroupMode.V2 if (root / "cgroup.controllers").exists() else CgroupMode.V1


def choose_runtime(mode: CgroupMode) -> str:
    """The runtime to use: crun refuses hybrid hosts, runc works on all."""
    wanted = ("runc",) if mode is CgroupMode.V1 else ("crun", "runc")
    for name in wanted:
        if shutil.which(name):
            return name
    raise hinted(
        LabError(
            f"No container runtime that can start machines on this host with cgroup {mode}: {' or '.join(wanted)}"
        ),
        "Run `kubedrill setup --provider container`.",
    )
