"""What no run may change on the host: its clock and certain settings."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from harness.ownership.host import Host

SYSCTLS = (
    # kubelet writes these, wherever it can.
    *("vm.overcommit_memory", "kernel.panic", "kernel.panic_on_oops", "vm.panic_on_oom"),
    *("kernel.keys.root_maxkeys", "kernel.keys.root_maxbytes"),
    # systemd does as the first process, and by its own files below /usr/lib/sysctl.d.
    *("fs.file-max", "fs.nr_open", "kernel.pid_max", "kernel.core_pattern", "kernel.sysrq", "vm.max_map_count"),
    # kube-proxy wants these.
    *("net.ipv4.ip_forward", "net.netfilter.nf_conntrack_max"),
)
#: Time synchronisation may slew the clock by 500 ppm; a step of a second is somebody's doing.
TOLERATED_SHIFT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """The host at one moment; `lead` is the wall clock minus the monotonic one, in seconds."""

    lead: float
    sysctls: Mapping[str, str]
    #: How many processes its kernel has ended so far because memory ran out.
    killed: int = 0

    def changes(self, after: HostState) -> tuple[str, ...]:
        """What is different afterwards, a sentence each."""
        shift = after.lead - self.lead
        found = [
            f"The host's setting '{name}' was '{value}' and is '{after.sysctls.get(name, 'gone')}'"
            for name, value in self.sysctls.items()
            if after.sysctls.get(name) != value
        ]
        if abs(shift) > TOLERATED_SHIFT.total_seconds():
            found.insert(0, f"The host's clock was set {'forward' if shift > 0 else 'back'} by {abs(shift):.1f} s")
        if after.killed > self.killed:
            found.append(f"The host's memory ran out, and its kernel ended {after.killed - self.killed} processes")
        return tuple(found)


def host_state(host: Host | None = None) -> HostState:
    """Take a snapshot."""
    host = host or Host()
    settings: dict[str, str] = {}
    for name in SYSCTLS:
        with contextlib.suppress(OSError):
            settings[name] = (host.proc / "sys" / name.replace(".", "/")).read_text().strip()
    lead = host.clock.now().timestamp() - host.clock.monotonic()
    return HostState(lead=lead, sysctls=settings, killed=_killed(host))


def _killed(host: Host) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in (host.proc / "vmstat").read_text().splitlines():
            name, _, value = line.partition(" ")
            if name == "oom_kill":
                return int(value)
    return 0
