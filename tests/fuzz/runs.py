"""The readers of what a run leaves for later: manifests, heartbeats, durations, summaries; and of scenarios."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

from harness.attestation.manifest import MANIFEST, SUMS
from harness.attestation.whole import inspect
from harness.cli.heartbeat.beat import parse_beat
from harness.cli.run.shard import parse_shard, read_durations
from harness.drill.catalog import find_drills
from harness.report.earlier import read_summary
from harness.report.past.entry import RunEntry
from harness.report.past.index import INDEX, read_index
from harness.report.step_summary import cut
from harness.strict_json import json_value
from tests.fuzz.desk import laid
from tests.fuzz.parser import Parser

_RUN = {
    "schema_version": 1,
    "run": "20261121-093012-4f2a",
    "exit_status": 0,
    "drills": [{"folder": "a", "drill": "a", "verdict": "passed", "seconds": 12.5, "sabotage": ""}],
    "not_offered": [{"drill": "b", "reason": "no disk can die"}],
}
_BEAT = {
    "schema_version": 1,
    "run": "20261121-093012-4f2a",
    "ended": "2026-11-21T09:40:12+00:00",
    "status": 0,
    "verdict": "passed",
    "provider": "container",
    "sabotage": None,
    "shard": None,
    "division": None,
    "drills": {"os-disk-swap": "passed"},
}
_FILES = {"run": "20261121-093012-4f2a", "files": [{"path": "run.json", "bytes": 3, "sha256": "ab" * 32}]}
_ENTRY = {
    "folder": "20261121-093012-4f2a",
    "at": "2026-11-21T09:30:12+00:00",
    "drills": [],
    "ended": True,
    "provider": "container",
    "sabotage": "",
}
_MEMORY = json.dumps({"format": "3:ab", "sha256": "ab" * 32, "runs": None}).encode() + b"\n{}}\n"
_SCENARIO = (Path(__file__).parents[2] / "scenarios" / "test_os_disk_swap.py").read_text()


def _attested(manifest: bytes, sums: bytes, run: bytes) -> object:
    folder = laid(f"attested/{MANIFEST}", manifest).parent
    laid(f"attested/{SUMS}", sums)
    laid("attested/run.json", run)
    return inspect(folder)


def _index(text: bytes, run: bytes) -> object:
    index = laid(f"reports/{INDEX}", text)
    laid("reports/20261121-093012-4f2a/run.json", run)
    return read_index(index.parent)


def _remembered(text: bytes) -> object:
    return RunEntry.of(json_value(text))


def _durations(text: str) -> object:
    return read_durations(laid("durations.json", text))


def _drills(text: str) -> object:
    with warnings.catch_warnings(action="ignore"):
        return find_drills([laid("scenarios/test_x.py", text)])


def _cut(text: str) -> object:
    assert len(cut(text, 4_000).encode(errors="replace")) <= 4_000
    return None


def run_parsers() -> tuple[Parser, ...]:
    """All of them."""
    run = json.dumps(_RUN)
    return (
        Parser(
            name="manifest of a run",
            read=_attested,
            weight=0.5,
            corpus=((json.dumps(_FILES).encode(), f"{'ab' * 32}  run.json\n".encode(), run.encode()),),
        ),
        Parser(name="heartbeat", corpus=((json.dumps(_BEAT).encode(),),), read=parse_beat, refusals=(ValueError,)),
        Parser(name="index of runs", corpus=((_MEMORY, run.encode()),), read=_index, refusals=(), weight=0.3),
        Parser(
            name="entry of the index",
            corpus=((json.dumps(_ENTRY).encode(),),),
            read=_remembered,
            refusals=(KeyError, TypeError, ValueError, AttributeError),
            is_shown=False,
        ),
        Parser(name="shard", corpus=(("2/4",),), read=parse_shard),
        Parser(name="durations", corpus=((run,),), read=_durations),
        Parser(name="earlier summary", corpus=((run.encode(),),), read=read_summary, refusals=()),
        Parser(name="scenario", corpus=((_SCENARIO,),), read=_drills, weight=0.15),
        Parser(
            name="page for a CI server", corpus=(("# Run\n" + "a line\n" * 900,),), read=_cut, refusals=(), weight=0.3
        ),
    )
