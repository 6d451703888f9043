"""The libvirt that was chosen, asked whether it is there and what it runs machines with."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from harness.errors import LabError
from harness.ownership import Lease
from harness.shell import capture
from harness.spec.connection import SYSTEM, is_remote

_PATIENCE = timedelta(seconds=30)


def libvirt_at(uri: str) -> Callable[[Lease, Path], str]:
    """The question to the libvirt of an address."""

    def ask(lease: Lease, folder: Path) -> str:  # noqa: ARG001
        if shutil.which("virsh") is None:
            raise LabError(f"'{uri}' was not asked, because libvirt's clients are not installed")
        done = capture(["virsh", "--quiet", "--connect", uri, "version"], timeout=_PATIENCE)
        if done.status != 0:
            words = done.error_text.strip().splitlines() or [f"virsh ended with status {done.status}"]
            raise LabError(f"'{uri}' does not answer: {words[-1].removeprefix('error: ')}")
        found = re.search(r"Running hypervisor: (.+)", done.text)
        return f"'{uri}' answers and runs machines by {found[1] if found else 'a hypervisor that it does not name'}"

    return ask


def remedy_at(uri: str) -> str:
    """What helps when it does not answer."""
    if is_remote(uri):
        return f"Only virtual machines need it. See that `virsh --connect {uri} list` asks for no password."
    if uri == SYSTEM:
        return "Only virtual machines need it. Run `kubedrill setup --provider libvirt`."
    return "Only virtual machines need it. It starts by itself for every user but root, whose libvirt is the system's."
