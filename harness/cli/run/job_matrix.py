"""The jobs of a CI server that share the drills, as its matrix."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.cli.run.shard import divide, division_of, read_durations
from harness.drill.catalog import DrillInfo


def job_matrix(drills: Sequence[DrillInfo], shards: int, durations: Path | None = None) -> dict[str, object]:
    """A job for each shard: what `run --shard` gets, and which drills those will be.

    The shape is that of GitHub's `strategy.matrix`, which takes it from an output by `fromJSON`.
    """
    parts = divide(drills, shards, read_durations(durations) if durations is not None else None)
    division = division_of(parts)
    return {
        "include": [
            {
                "shard": f"{number}/{len(parts)}",
                "number": number,
                "drills": " ".join(drill.name for drill in part),
                "division": division,
            }
            for number, part in enumerate(parts, start=1)
        ]
    }
