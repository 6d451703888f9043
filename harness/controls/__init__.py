"""Controls that ask for tested restores, as data: what a drill can be evidence for."""

from harness.controls.catalogue import control_of, known_controls, named_controls
from harness.controls.control import Control

__all__ = ["Control", "control_of", "known_controls", "named_controls"]
