"""What every fact is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

Answer = TypeVar("Answer", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """The raw output of a fact's command, live or read back from a journal."""

    status: int
    stdout: str
    stderr: str = ""


class Fact(Protocol[Answer]):
    """A question to a machine: one command, and the pure reading of its raw output."""

    @property
    def name(self) -> str:
        """The name under which the journal keeps it."""
        ...

    @property
    def argv(self) -> tuple[str, ...]:
        """The command that asks it."""
        ...

    def parse(self, output: Output) -> Answer:
        """The answer in the output; output that holds no answer raises ValueError saying what it saw."""
        ...
