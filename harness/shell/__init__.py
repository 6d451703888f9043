"""The one door to other programs: argument lists only, never a shell string."""

from harness.shell.command import Completed, capture, run
from harness.shell.process import become, spawn

__all__ = ["Completed", "become", "capture", "run", "spawn"]
