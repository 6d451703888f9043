"""Mutants that nobody can notice, each with its reason."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.mutant import Mutant

LISTED = Path(__file__).parent / "equivalents.toml"


def read(file: Path) -> dict[str, str]:
    """The reasons by the keys of the mutants."""
    if not file.exists():
        return {}
    entries = tomllib.loads(file.read_text()).get("equivalent", [])
    return {str(entry["key"]): str(entry["why"]) for entry in entries}


def errors(file: Path, known: Sequence[Mutant]) -> list[str]:
    """What is wrong with the list: whoever edits a line has to think again about what is said of it."""
    by_key = {one.key: one for one in known}
    found: list[str] = []
    seen: set[str] = set()
    entries = tomllib.loads(file.read_text()).get("equivalent", []) if file.exists() else []
    for entry in entries:
        key, mutant = str(entry.get("key")), by_key.get(str(entry.get("key")))
        if set(entry) != {"key", "at", "change", "why"} or not str(entry["why"]).strip():
            found.append(f"the entry '{key}' needs 'key', 'at', 'change' and 'why', and nothing else")
        elif mutant is None:
            found.append(f"the entry '{key}' is about no mutant that exists: {entry['at']}: {entry['change']}")
        elif (entry["at"], entry["change"]) != (place_of(mutant), mutant.change):
            found.append(f"the entry '{key}' is about another mutant: {mutant}")
        if key in seen:
            found.append(f"the entry '{key}' stands there twice")
        seen.add(key)
    return found


def place_of(one: Mutant) -> str:
    """Where it is, without the number of the line, which changes with every edit above it."""
    return f"{one.file} {one.within or 'module'}"
