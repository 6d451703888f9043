"""A drill and the sabotage that it is spoiled with: one cell of the matrix of both."""

from __future__ import annotations

from dataclasses import dataclass

from harness.errors import SpecError

_BETWEEN = "+"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Cell:
    """The two names."""

    drill: str
    sabotage: str

    @property
    def folder(self) -> str:
        """Where its journal and its reports are, below the folder of the run."""
        return f"{self.drill}{_BETWEEN}{self.sabotage}"

    @classmethod
    def parse(cls, folder: str) -> Cell:
        """The cell of a folder."""
        drill, between, sabotage = folder.partition(_BETWEEN)
        if not (drill and between and sabotage):
            raise SpecError(f"'{folder}' is not the name of a spoiled drill, such as 'os-disk-swap+lose-ca'")
        return cls(drill=drill, sabotage=sabotage)
