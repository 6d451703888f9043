"""A QEMU that emulates as fast as it can be had."""

from __future__ import annotations

from collections.abc import Callable

from harness.errors import LabError
from harness.providers.libvirt.acceleration import Acceleration, proven_acceleration
from harness.setup.apt import Apt
from harness.setup.distribution import Distribution

_PACKAGES = ("qemu-system-x86", "qemu-utils")


def set_up_emulator(
    say: Callable[[str], None],
    apt: Apt,
    distribution: Distribution,
    proven: Callable[[], Acceleration] = proven_acceleration,
) -> None:
    """Where guests must be emulated by an old QEMU, and Debian has a newer one in its backports, take that one."""
    acceleration = proven()
    if acceleration.kvm or not acceleration.is_dated:
        return
    old = f"Guests are emulated here, and QEMU {acceleration.qemu} does that slowly"
    if not distribution.debian:
        say(f"{old}; QEMU 8 or later is better.")
        return
    suite = f"{distribution.debian}-backports"
    say(f"{old}: installing a newer one from '{suite}'")
    try:
        apt.install_from(suite, distribution.debian, _PACKAGES)
    except LabError as refused:
        say(f"There is none to be had, so it stays: {refused}")
