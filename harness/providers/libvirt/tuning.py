"""What makes an emulated guest quicker, and changes nothing that a drill looks at."""

from __future__ import annotations

from harness.providers.libvirt.acceleration import Acceleration

#: A timer of high resolution is a write to an emulated device each time it is set, for which all of QEMU waits in
#: line: without it `kubeadm init` takes 96 s instead of 111, with half the switches of context. The boot loader makes
#: one argument of whatever stands here; a tick that never stops (`nohz=off`) was measured to be worth nothing besides.
_KERNEL = "highres=off"
#: Go collects garbage a quarter as often as it is wont to: with that `kubeadm init` takes 83 s instead of 96.
RARE_COLLECTION = ("GOGC", "400")


def tuning(acceleration: Acceleration) -> dict[str, str]:
    """The files of an OS disk whose machine is emulated."""
    if acceleration.kvm:
        return {}
    return {
        "boot/kubedrill.cfg": f"set arguments='{_KERNEL}'\n",
        "etc/systemd/system.conf.d/kubedrill.conf": f"[Manager]\nDefaultEnvironment={'='.join(RARE_COLLECTION)}\n",
    }
