"""One rehearsal of a disaster, from the plan to the last line of the journal."""

from harness.drill.drill import Drill
from harness.drill.session import Order, Session

__all__ = ["Drill", "Order", "Session"]
