"""libvirt's daemons, and the library that speaks to them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from datetime import timedelta

from harness.clock import Deadline, HostClock, NotYet, wait_for
from harness.errors import LabError, hinted
from harness.shell import capture, run

_LIBRARY = "libvirt-python>=9"
_VAGRANT_LIBRARY = "python-vagrant>=1"
_STARTING = timedelta(seconds=30)
_INSTALLING = timedelta(minutes=5)
_ASK = ("virsh", "--quiet", "--connect", "qemu:///system", "version")


def set_up_libvirt(say: Callable[[str], None]) -> None:
    """Bring libvirt-python into this environment, and start the daemons where no systemd does."""
    if importlib.util.find_spec("libvirt") is None:
        say("Installing libvirt-python    speaks to libvirt; built against the headers of this system")
        run([sys.executable, "-m", "pip", "install", "--quiet", _LIBRARY], timeout=_INSTALLING)
    if _answers() is True:
        say("libvirt answers.")
        return
    for daemon in ("virtlogd", "libvirtd"):
        say(f"Starting   {daemon}")
        # Started again, a daemon that runs refuses by itself; whether all is well shows below.
        capture([daemon, "--daemon"])
    try:
        wait_for("libvirt to answer", _answers, Deadline.after(_STARTING, HostClock()))
    except LabError as silent:
        raise hinted(
            silent, "Its own words are in /var/log/libvirt/libvirtd.log or in `journalctl -u libvirtd`."
        ) from None


def set_up_vagrant(say: Callable[[str], None]) -> None:
    """Bring python-vagrant into this environment."""
    if importlib.util.find_spec("vagrant") is None:
        say("Installing python-vagrant    speaks to Vagrant")
        run([sys.executable, "-m", "pip", "install", "--quiet", _VAGRANT_LIBRARY], timeout=_INSTALLING)


def _answers() -> bool | NotYet:
    done = capture(list(_ASK), timeout=_STARTING)
    return True if done.status == 0 else NotYet(done.error_text.strip() or f"virsh ended with status {done.status}")
