"""Who leads where only one may, and for how long already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from harness.facts.fact import Output
from harness.facts.reading import read_json


class Office(StrEnum):
    """What is done by one of several at a time, named as its program is."""

    ETCD = "etcd"
    CONTROLLER_MANAGER = "kube-controller-manager"
    SCHEDULER = "kube-scheduler"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reign:
    """Who leads: `number` grows with each who follows, `of` is what they take over, the cluster or the lease."""

    holder: str
    number: int
    of: str

    @property
    def machine(self) -> str:
        """The machine of a holder; who holds a lease adds what tells it from its forerunner there."""
        return self.holder.partition("_")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leadership:
    """Who holds an office now."""

    office: Office

    @property
    def name(self) -> str:
        """One fact for each office."""
        return f"{self.office}-leadership"

    @property
    def argv(self) -> tuple[str, ...]:
        """Members are asked for etcd's leader, the API for the holder of a lease."""
        return ("ask", "leader", self.office)

    def parse(self, output: Output) -> Reign:
        """Who leads; there has to be somebody."""
        reign = read_json(Reign, output)
        if not reign.holder:
            raise ValueError(f"nobody leads: {self.office}")
        return reign


LEADERSHIPS: Mapping[Office, Leadership] = {office: Leadership(office=office) for office in Office}
