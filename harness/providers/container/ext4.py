"""A power cut for one ext4 file system."""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path

from harness.errors import LabError

#: EXT4_IOC_SHUTDOWN, and its flag for "without flushing the log": what was not synced is gone, every later write
#: fails with EIO.
_SHUTDOWN = 0x8004587D
_NO_LOG_FLUSH = 2
#: The major number of loop devices.
_LOOP = 7


def cut_power(folder: Path, device: Path) -> None:
    """Shut the file system on `device` down as a power cut would.

    The ioctl would stop the host's own file system on a wrong path, so the folder must lie on our loop device.
    """
    wanted = device.stat().st_rdev
    if os.major(wanted) != _LOOP:
        raise LabError(f"Refusing to cut the power of '{folder}': '{device}' is no loop device, so no disk of a lab")
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        found = os.fstat(handle).st_dev
        if found != wanted:
            raise LabError(
                f"Refusing to cut the power of '{folder}': it lies on device {os.major(found)}:{os.minor(found)}, "
                f"not on '{device}'"
            )
        fcntl.ioctl(handle, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
    finally:
        os.close(handle)
