"""Ways to lose, one a file."""

from harness.faults.fault import Fault
from harness.faults.swap_os_disk import SwapOsDisk

FAULTS: tuple[type[Fault], ...] = (SwapOsDisk,)

__all__ = ["FAULTS", "Fault", "SwapOsDisk"]
