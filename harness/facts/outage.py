"""What is tried while there is no control plane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.facts.fact import Output
from harness.facts.reading import read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Whether an operation was taken, and what was answered."""

    ok: bool
    saw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """What an administrator would do, tried one by one."""

    name: str = "operations"
    argv: tuple[str, ...] = ("api", "try", "operations")

    def parse(self, output: Output) -> Mapping[str, Attempt]:
        """Each operation with its answer."""
        return read_json(dict[str, Attempt], output)


OPERATIONS = Operations()
