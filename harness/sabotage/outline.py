"""What a drill is like, as far as a sabotage has to know it."""

from __future__ import annotations

from dataclasses import dataclass

from harness.spec import LabSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The machines, what runs on them, and what the recoveries promise."""

    lab: LabSpec
    keeps_configuration: bool = True
    restores_data: bool = False
    customised: bool = False
