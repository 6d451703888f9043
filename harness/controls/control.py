"""One demand of a framework, in our own words, with where it was read and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control of one framework; its publisher's text is what counts, not our sentence."""

    #: Lower case, as OSCAL writes ids, and unlike that of every other control: `cp-9.1`, `dora-12.3`.
    id: str
    #: As the framework prints it: `CP-9(1)`, `12(3)`.
    printed: str
    framework: str
    #: A word for the framework, which goes before what is printed: `DORA 12(3)`.
    short: str
    version: str
    title: str
    #: What it asks for, in one line of our own.
    says: str
    source: str
    #: When the data of this framework were last read through.
    read: date
    #: When this line was compared with its source; None where it is from memory.
    checked: date | None
    #: What it was compared with, where that is not the source itself.
    against: str = ""

    @property
    def name(self) -> str:
        """The framework and what it prints, which nothing else is called."""
        return f"{self.short} {self.printed}"
