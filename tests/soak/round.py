"""One round: each drill once, and what it left on the host."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.verdict.verdict import Word
from tests.real.running import kubedrill, left_on_host

#: A round may take long on a host that does nothing else well; a drill that hangs is ended by its own deadlines.
_LIMIT = 6 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How it went."""

    run: str
    seconds: float
    status: int
    reports: tuple[Mapping[str, Any], ...]
    left: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether each drill passed and nothing is left."""
        words = [report.get("verdict") for report in self.reports]
        return bool(words) and set(words) == {Word.PASSED.value} and not self.left and self.status == 0


def perform(drills: Sequence[str], provider: str, workers: int, folder: Path) -> Round:
    """Perform them; the reports of a round that passed are not kept."""
    began = time.monotonic()
    options = ("-n", str(workers), "--provider", provider, "--reports", str(folder), "--json")
    done = kubedrill("run", *drills, *options, timeout=_LIMIT)
    seconds = time.monotonic() - began
    try:
        told = json.loads(done.stdout)
        run, reports = str(told["run"]), tuple(told["drills"])
    except (ValueError, KeyError, TypeError):
        words = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        cause = f"the command ended with status {done.returncode}: {words}"
        lost = tuple({"drill": drill, "verdict": Word.ERRORED.value, "cause": cause} for drill in drills)
        return Round(run="", seconds=seconds, status=done.returncode, reports=lost, left=())
    left = tuple(left_on_host((run,)))
    one = Round(run=run, seconds=seconds, status=done.returncode, reports=reports, left=left)
    if one.passed:
        shutil.rmtree(folder / run, ignore_errors=True)
    return one
