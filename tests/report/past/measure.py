"""How long the index takes over thousands of runs: `python -m tests.report.past.measure --runs 3000 --drills 3`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from harness.report.past import Rhythm, look_back, read_index, write_index, write_page
from harness.report.past.index import INDEX
from harness.report.past.write import PAGE
from tests.report.past.nights import FIRST, perform, run_id

#: What a real report has in it besides, so that reading one costs what it costs.
_GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "passed.report.json").read_text())


def main() -> None:
    """Make the runs, and print the seconds of each way to look at them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=3000)
    asked.add_argument("--drills", type=int, default=3)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="kubedrill-past-") as folder:
        reports = Path(folder)
        _fill(reports, chosen.runs, [f"drill-{number}" for number in range(chosen.drills)])
        for said, work in _ways(reports, chosen.runs):
            sys.stdout.write(f"{_seconds(work):7.2f} s  {said}\n")
        for name in (INDEX, PAGE):
            sys.stdout.write(f"{(reports / name).stat().st_size / 2**20:7.2f} MiB  {name}\n")


def _fill(reports: Path, runs: int, drills: list[str]) -> None:
    more = {key: _GOLDEN[key] for key in ("findings", "phases")}
    for number in range(runs):
        perform(reports, FIRST + timedelta(hours=number), drills, number=number, **more)


def _ways(reports: Path, runs: int) -> tuple[tuple[str, Callable[[], object]], ...]:
    now = FIRST + timedelta(hours=runs)

    def one_more() -> None:
        perform(reports, now, number=runs)
        write_index(reports, now, Rhythm())

    def changed() -> None:
        report = reports / run_id(FIRST) / "drill-0" / "report.json"
        report.write_text(report.read_text().replace('"passed"', '"failed"', 1))
        write_index(reports, now, Rhythm())

    return (
        ("cold: no index file, every report is read", lambda: read_index(reports)),
        ("warm: nothing has changed", lambda: read_index(reports)),
        ("the page alone", lambda: write_page(reports, look_back(read_index(reports), now), Rhythm())),
        ("one run more, and the page", one_more),
        ("one old report changed, and the page", changed),
    )


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
