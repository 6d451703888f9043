"""One job's part of the drills, where several jobs share them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.drill.catalog import DrillInfo
from harness.errors import SpecError, hinted
from harness.spec import parse_shape
from harness.strict_json import json_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """A part of all drills: its number, how many parts there are, and which division they are parts of."""

    number: int
    of: int
    division: str = ""

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def parse_shard(text: str) -> Shard:
    """The shard that 'NUMBER/OF' means, counted from 1."""
    match = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    number, of = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= of:
        raise hinted(SpecError(f"There is no shard '{text}'"), "Say which one of how many: --shard 2/4.")
    return Shard(number=number, of=of)


def divide(
    drills: Sequence[DrillInfo], of: int, seconds: Mapping[str, float] | None = None
) -> tuple[tuple[DrillInfo, ...], ...]:
    """The drills in so many parts of about the same length, each drill in one; the same everywhere for the same words.

    The longest is placed first, each where least is planned yet.
    """
    if not 1 <= of <= len(drills):
        there = f"{len(drills)} drill{'s' if len(drills) != 1 else ''}"
        raise hinted(
            SpecError(f"{there} cannot be divided among {of} shards"), "Each shard has at least one drill to perform."
        )
    weights = _weights(drills, seconds or {})
    parts: list[list[DrillInfo]] = [[] for _ in range(of)]
    planned = [0.0] * of
    for drill in sorted(drills, key=lambda drill: (-weights[drill.name], drill.name)):
        # An empty part first, whatever the weights are: a drill of no length must not leave one without any.
        least = min(range(of), key=lambda number: (bool(parts[number]), planned[number], number))
        parts[least].append(drill)
        planned[least] += weights[drill.name]
    return tuple(tuple(sorted(part, key=lambda drill: drill.name)) for part in parts)


def division_of(parts: Sequence[Sequence[DrillInfo]]) -> str:
    """A short name of a division: jobs that divided otherwise have another one."""
    text = "\n".join(" ".join(drill.name for drill in part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_durations(path: Path) -> dict[str, float]:
    """How long each drill took in an earlier run, from its run.json."""
    try:
        rows = json_value(path.read_text())["drills"]
        took = [(str(row["drill"]), float(row["seconds"])) for row in rows if not row.get("sabotage")]
    except OSError as refused:
        raise SpecError(f"The durations cannot be read from '{path}': {refused.strerror}") from refused
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as bad:
        raise hinted(SpecError(f"The file '{path}' tells no durations"), "It has to be the run.json of a run.") from bad
    # What never began took no time, and says nothing of how long it would.
    known = {drill: seconds for drill, seconds in took if 0 < seconds < float("inf")}
    return {drill: max(seconds for name, seconds in took if name == drill) for drill in known}


def part_of(drills: Sequence[DrillInfo], shard: Shard, durations: Path | None) -> tuple[tuple[DrillInfo, ...], Shard]:
    """The drills of one shard, and the shard with the name of its division."""
    parts = divide(drills, shard.of, read_durations(durations) if durations is not None else None)
    return parts[shard.number - 1], replace(shard, division=division_of(parts))


def demand_named_provider(asked: str) -> None:
    """Refuse a division for 'auto': what it stands for differs between hosts, and with it what there is to divide."""
    if asked == "auto":
        raise hinted(
            SpecError("Drills cannot be divided among jobs for the provider 'auto', which may be another on each host"),
            "Name it: --provider container.",
        )


def _weights(drills: Sequence[DrillInfo], seconds: Mapping[str, float]) -> dict[str, float]:
    """Seconds where they are known; for the others as much for each machine as the known ones took."""
    machines = {drill.name: len(parse_shape(drill.lab).nodes) for drill in drills}
    known = {drill.name: seconds[drill.name] for drill in drills if drill.name in seconds}
    each = sum(known.values()) / sum(machines[name] for name in known) if known else 1.0
    return {drill.name: known.get(drill.name, each * machines[drill.name]) for drill in drills}
