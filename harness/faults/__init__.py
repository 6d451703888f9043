"""Ways to lose, one a file."""

from harness.faults.destroy_machine import DestroyMachine
from harness.faults.fault import Fault
from harness.faults.swap_os_disk import SwapOsDisk

FAULTS: tuple[type[Fault], ...] = (SwapOsDisk, DestroyMachine)

__all__ = ["FAULTS", "DestroyMachine", "Fault", "SwapOsDisk"]
