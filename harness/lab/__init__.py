"""What exists now: machines that can be asked, and the witness among them."""

from harness.lab.node import Node, StepError
from harness.lab.witness import Witness

__all__ = ["Node", "StepError", "Witness"]
