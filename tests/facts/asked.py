"""What each fact asks of a machine: `python -m tests.facts.asked` writes it anew."""

from __future__ import annotations

import shlex
from pathlib import Path

from harness.facts import FACTS, Fact
from harness.facts.parted import API_PARTED_WRITE
from harness.facts.reach import REACH

FILE = Path(__file__).parent / "asked.txt"


def asked() -> str:
    """A line for each fact: its name, and its command as a shell would read it."""
    # Those whose question is another one for each address.
    of_one: tuple[Fact[object], ...] = (REACH.to("10.77.0.12"), API_PARTED_WRITE.of("10.77.0.11"))
    return "".join(f"{fact.name}: {shlex.join(fact.argv)}\n" for fact in (*FACTS, *of_one))


if __name__ == "__main__":
    FILE.write_text(asked())
