"""Whether guests really run under KVM here, found out by letting one run."""

from __future__ import annotations

import json
import platform
import re
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from harness.errors import LabError
from harness.ownership import cache_root
from harness.shell import capture
from harness.strict_json import json_value

QEMU = "qemu-system-x86_64"
DEADLINE = timedelta(seconds=10)
ALIVE = "alive"
_EXIT_PORT, _SERIAL_PORT = 0xF4, 0x3F8
#: What `isa-debug-exit` makes of the value 0x10: (value << 1) | 1.
_PROVEN = 0x21
#: The plainest that programs of today accept. What newer ones add is emulated at a loss: a boot takes 37 s with all
#: that QEMU can, 29 s with this.
_EMULATED_MODEL = "Westmere"
#: Older ones stop all processors of a guest for each use of the instruction cx16, and kernels use it all the time.
_GOOD_EMULATOR = (8, 0)
#: How many times longer things take than on machines that run natively.
_EMULATED_PACE = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceleration:
    """How guests run on this host, and how that is known."""

    kvm: bool
    reason: str
    qemu: str

    @property
    def domain_type(self) -> str:
        """libvirt's word for it."""
        return "kvm" if self.kvm else "qemu"

    @property
    def pace(self) -> float:
        """How many times longer than natively the lab may take."""
        return 1.0 if self.kvm else _EMULATED_PACE

    @property
    def limits(self) -> tuple[str, ...]:
        """What guests cannot show when they run like this."""
        if self.kvm:
            return ()
        return (
            f"The processor is emulated, so nothing here tells how long a restore on real ones takes. ({self.reason})",
            "The cluster's keys are elliptic (ECDSA-P256), since RSA's cost an emulated processor too much.",
            "kube-proxy asks for a fifth of a processor (LimitRange), since it starves on an emulated one without.",
        )

    @property
    def is_dated(self) -> bool:
        """Whether this QEMU emulates worse than those of today."""
        return _version(self.qemu) < _GOOD_EMULATOR

    @property
    def hardware(self) -> str:
        """What a guest's memory can go on under: this QEMU and this processor."""
        return f"QEMU {self.qemu} {self.domain_type} {tostring(self.cpu(), encoding='unicode')}"

    def cpu(self) -> Element:
        """The processor with which guests are known to run."""
        if self.kvm:
            return Element("cpu", mode="host-passthrough")
        cpu = Element("cpu", mode="custom", match="exact", check="none")
        model = SubElement(cpu, "model", fallback="forbid")
        model.text = _EMULATED_MODEL
        if self.is_dated:
            SubElement(cpu, "feature", policy="disable", name="cx16")
        return cpu


def proven_acceleration(cache: Path | None = None) -> Acceleration:
    """What a smoke boot showed, once for each host, kernel and QEMU."""
    file = (cache or cache_root()) / "acceleration.json"
    qemu = qemu_version()
    host = f"{_host()} {qemu} {Path('/dev/kvm').exists()}"
    try:
        known = json_value(file.read_text())
        if known["host"] == host:
            return Acceleration(kvm=bool(known["kvm"]), reason=str(known["reason"]), qemu=qemu)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    found = smoke_boot(qemu)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".part")
    draft.write_text(json.dumps({"host": host, "kvm": found.kvm, "reason": found.reason}) + "\n")
    draft.replace(file)
    return found


def smoke_boot(qemu: str) -> Acceleration:
    """Let a guest of one sector say that it lives; only that counts, not that /dev/kvm is there."""
    if not Path("/dev/kvm").exists():
        return Acceleration(kvm=False, reason="there is no /dev/kvm", qemu=qemu)
    with tempfile.TemporaryDirectory(prefix="kubedrill-smoke-") as folder:
        disk = Path(folder) / "smoke.img"
        disk.write_bytes(smoke_sector())
        argv = [QEMU, "-machine", "q35,accel=kvm", "-cpu", "host", "-smp", "2", "-m", "64", "-nodefaults"]
        argv += ["-display", "none", "-serial", "stdio", "-no-reboot"]
        argv += ["-device", f"isa-debug-exit,iobase={_EXIT_PORT:#x},iosize=0x04"]
        argv += ["-drive", f"file={disk},format=raw,if=ide"]
        try:
            done = capture(argv, timeout=DEADLINE)
        except LabError:
            silent = f"a guest gave no sign of life within {DEADLINE.total_seconds():.0f} s"
            return Acceleration(kvm=False, reason=silent, qemu=qemu)
    if done.status == _PROVEN and ALIVE in done.text:
        return Acceleration(kvm=True, reason="a guest ran and said so", qemu=qemu)
    words = next(iter(done.error_text.strip().splitlines()), f"it ended with status {done.status}")
    return Acceleration(kvm=False, reason=f"no guest runs under /dev/kvm: {words}", qemu=qemu)


def smoke_sector() -> bytes:
    """A boot sector that writes a word to the serial port and ends QEMU by a value that nothing else gives."""
    code = bytearray()
    for letter in ALIVE.encode():
        # mov dx, port; mov al, letter; out dx, al
        code += b"\xba" + _SERIAL_PORT.to_bytes(2, "little") + b"\xb0" + bytes([letter]) + b"\xee"
    code += b"\xba" + _EXIT_PORT.to_bytes(2, "little") + b"\xb0\x10\xee"
    # cli; hlt; and again
    code += b"\xfa\xf4\xeb\xfd"
    return bytes(code).ljust(510, b"\0") + b"\x55\xaa"


def qemu_version() -> str:
    """The version of the installed QEMU."""
    done = capture([QEMU, "--version"])
    found = re.search(r"version (\d+\.\d+\.\d+)", done.text)
    if found is None:
        raise LabError(f"'{QEMU} --version' told no version: {(done.text or done.error_text).strip()[:100]}")
    return found[1]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _host() -> str:
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return f"{platform.release()} {models[0].partition(':')[2].strip() if models else platform.machine()}"
