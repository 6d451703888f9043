"""The harness itself does not ask."""

from __future__ import annotations

from harness.facts import Moment
from harness.sabotage.sabotage import Expected, Sabotage


class DeafOracle(Sabotage):
    """A planned check never runs."""

    name = "deaf-oracle"
    does = "never asks etcd for its alarms after the recovery"
    expected = Expected(verdict="errored", names="never ran")

    def leaves_out(self, fact: str, moment: str) -> bool:
        """The one question that is dropped."""
        return fact == "etcd-alarms" and moment == Moment.RECOVERED
