"""Each need of a host, proven by doing it once; all that is made for it is unmade."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from harness.errors import LabError
from harness.ownership import Host, Kind, Lease, cache_root, new_run_id, open_lease, reap
from harness.setup import ability, disk_probe, machine_probe
from harness.setup.libvirt_probe import libvirt_at, remedy_at


class Answer(StrEnum):
    """How a probe ended."""

    FINE = "fine"
    NOTE = "note"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One need: what is done to see it met, and what to do if it is not."""

    what: str
    check: Callable[[Lease, Path], str]
    fix: str
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """One need, tried."""

    what: str
    answer: Answer
    saw: str
    fix: str


_SETUP = "Run `kubedrill setup --provider container`."
_HOST = "On a container or VM host, give this machine more privileges (--privileged, /dev, CAP_SYS_ADMIN)."

PROBES: tuple[Probe, ...] = (
    Probe(what="root", check=ability.root, fix="Run it with sudo."),
    Probe(what="packages", check=ability.packages, fix=_SETUP),
    Probe(what="memory", check=ability.memory, fix="Free some memory: a lab of one machine takes about 2 GiB."),
    Probe(
        what="disk space",
        check=ability.space,
        fix="Free some space, run `kubedrill image prune`, or choose another place with KUBEDRILL_CACHE.",
    ),
    Probe(what="loop device with ext4", check=disk_probe.loop_mount, fix=f"{_SETUP} {_HOST}"),
    Probe(
        what="instant disk clones (XFS)",
        check=disk_probe.reflink,
        fix=f"{_SETUP} Load the kernel's module: modprobe xfs.",
    ),
    Probe(what="network of its own", check=machine_probe.network, fix=f"{_SETUP} {_HOST}"),
    Probe(what="control groups", check=ability.cgroups, fix="Mount the control groups below /sys/fs/cgroup."),
    Probe(what="container runtime", check=machine_probe.container, fix=f"{_SETUP} {_HOST}"),
    Probe(
        what="inotify instances",
        check=ability.inotify,
        fix="To run labs beside each other, let `kubedrill setup --provider container` raise it.",
        required=False,
    ),
    Probe(
        what="CAP_SYS_RESOURCE",
        check=ability.sys_resource,
        fix="Nothing to do: machines are set up to live without it.",
        required=False,
    ),
    Probe(
        what="KVM",
        check=ability.kvm,
        fix="Container machines run without it; virtual ones are emulated then, and promise no times.",
        required=False,
    ),
)


def probes_with(uri: str) -> tuple[Probe, ...]:
    """All needs, and the libvirt of this address."""
    asked = Probe(what="libvirt", check=libvirt_at(uri), fix=remedy_at(uri), required=False)
    return (*PROBES, asked)


def diagnose(probes: tuple[Probe, ...] = PROBES, host: Host | None = None) -> Iterator[Probed]:
    """Try each need in turn; an unmet one is told with its fix, and does not keep the rest from being tried."""
    run = new_run_id(datetime.now(UTC))
    with open_lease(run) as lease:
        folder = cache_root() / "labs" / lease.name
        lease.claim(Kind.FOLDER, str(folder))
        folder.mkdir(parents=True)
        try:
            for probe in probes:
                yield _try(probe, lease, folder)
        finally:
            left = reap([], own=run, host=host).left
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                lease.release(Kind.FOLDER, str(folder))
    if left:
        saw = f"these were not: {', '.join(map(str, left))}"
        yield Probed(what="everything undone", answer=Answer.MISSING, saw=saw, fix="Run `kubedrill reap`.")


def _try(probe: Probe, lease: Lease, folder: Path) -> Probed:
    try:
        return Probed(what=probe.what, answer=Answer.FINE, saw=probe.check(lease, folder), fix="")
    except (LabError, OSError) as error:
        answer = Answer.MISSING if probe.required else Answer.NOTE
        return Probed(what=probe.what, answer=answer, saw=str(error), fix=probe.fix)
