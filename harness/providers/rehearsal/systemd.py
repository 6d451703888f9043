"""The units of a simulated machine: which start at boot, which run, and what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.facts.etcd_service import SERVICE, UNIT
from harness.facts.fact import Output
from harness.spec import DataDisk

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_MOUNTS = {disk.unit: disk for disk in DataDisk}
#: What the node image starts at boot, in this order.
INSTALLED = ("containerd.service", "keepalived.service", "kubelet.service")
_SERVICES = (*INSTALLED, "systemd-networkd.service")
_FOLDER = "/etc/systemd/system"
_KEEPALIVED = "/etc/keepalived/keepalived.conf"


class Units:
    """systemctl, as far as drills use it."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._active: set[str] = set()

    @staticmethod
    def link(unit: str) -> str:
        """The file by which a unit starts at boot."""
        return f"/etc/systemd/system/multi-user.target.wants/{unit}"

    def is_active(self, unit: str) -> bool:
        """Whether it runs."""
        return unit in self._active

    def is_enabled(self, unit: str) -> bool:
        """Whether it starts at boot."""
        return self._machine.file(self.link(unit)) is not None

    def unmount(self, point: str) -> None:
        """Somebody unmounted it by hand."""
        self._machine.mounts.pop(point, None)
        self._active -= {unit for unit, disk in _MOUNTS.items() if disk.mount_point == point}

    def boot(self) -> None:
        """Start all that is enabled; a mount that is required and fails takes what requires it along."""
        for unit in (*_MOUNTS, *INSTALLED, *self._added):
            if self.is_enabled(unit):
                self._start(unit)

    def go_dark(self) -> None:
        """The power is gone."""
        self._active.clear()

    @property
    def _added(self) -> list[str]:
        """Units that somebody wrote onto the machine."""
        paths = self._machine.below(_FOLDER)
        return [path.removeprefix(f"{_FOLDER}/") for path in paths if path.count("/") == _FOLDER.count("/") + 1]

    def processes(self) -> Output:
        """`ps` for etcd, where it is a service."""
        member = self._machine.control_plane.member if self.is_active(SERVICE) else None
        if member is None:
            return Output(status=1, stdout="")
        return Output(status=0, stdout=f"{member.owner} {self._command()}\n")

    def _command(self) -> str:
        unit = (self._machine.read(UNIT) or b"").decode()
        return " ".join(unit.partition("ExecStart=")[2].partition("\nRestart=")[0].replace("\\", " ").split())

    def systemctl(self, argv: list[str]) -> Output:
        """One command of systemctl."""
        verb, *rest = argv
        now = "--now" in rest
        units = [_full(word) for word in rest if word not in ("--now", "--quiet")]
        if verb == "daemon-reload":
            return Output(status=0, stdout="")
        if verb == "show":
            return Output(status=0, stdout=f"{{ argv[]={self._command()} }}\n")
        if verb in ("is-active", "is-enabled"):
            yes, no = ("active", "inactive") if verb == "is-active" else ("enabled", "disabled")
            good = [self.is_active(unit) if verb == "is-active" else self.is_enabled(unit) for unit in units]
            return Output(status=0 if all(good) else 3, stdout="".join(f"{yes if one else no}\n" for one in good))
        for unit in units:
            if unit not in (*_SERVICES, *_MOUNTS, *self._added):
                return Output(status=5, stdout="", stderr=f"Failed to {verb} {unit}: Unit {unit} not found.\n")
            failed = self._one(verb, unit, now=now)
            if failed:
                return Output(status=1, stdout="", stderr=failed)
        return Output(status=0, stdout="")

    def _one(self, verb: str, unit: str, *, now: bool) -> str:
        if verb == "enable":
            self._machine.write(self.link(unit), b"")
        elif verb == "disable":
            disk, path = self._machine.place(self.link(unit))
            disk.files.pop(path, None)
        elif verb == "restart":
            self._stop(unit)
        if verb == "stop" or (verb == "disable" and now):
            self._stop(unit)
        elif verb in ("start", "restart") or (verb == "enable" and now):
            return self._start(unit)
        elif verb not in ("enable", "disable"):
            return f"Unknown command verb '{verb}'.\n"
        return ""

    def _start(self, unit: str) -> str:
        if unit in _MOUNTS:
            disk = _MOUNTS[unit]
            if disk not in self._machine.data_disks:
                return f"A dependency job for {unit} failed. See 'journalctl -xe' for details.\n"
            self._machine.mounts[disk.mount_point] = self._machine.data_disks[disk]
        if unit == "kubelet.service" and unit not in self._active:
            # It requires the mounts, so that starting it starts them, and etcd never starts on an empty folder.
            for mount in _MOUNTS:
                if self.is_enabled(mount) and not self.is_active(mount) and self._start(mount):
                    return f"A dependency job for {unit} failed. See 'journalctl -xe' for details.\n"
            self._active.add(unit)
            self._machine.kubelet.start()
        if unit == SERVICE and unit not in self._active and not self._machine.control_plane.start_service():
            return "Job for etcd.service failed because the control process exited with error code.\n"
        if unit == "keepalived.service" and self._machine.file(_KEEPALIVED) is None:
            # Its unit has a condition on the file; a condition that is not met is no error.
            return ""
        self._active.add(unit)
        return ""

    def _stop(self, unit: str) -> None:
        self._active.discard(unit)
        if unit in _MOUNTS:
            self._machine.mounts.pop(_MOUNTS[unit].mount_point, None)
        if unit == "kubelet.service":
            self._machine.kubelet.stop()
        if unit == SERVICE:
            self._machine.control_plane.go_dark()


def _full(unit: str) -> str:
    return unit if "." in unit else f"{unit}.service"
