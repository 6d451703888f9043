"""The readers of what a run leaves for later: manifests, heartbeats, durations, summaries; and of scenarios."""

from __future__ import annotations

import json
import warnings
from hashlib import sha256
from pathlib import Path

from harness.attestation.manifest import MANIFEST, SUMS
from harness.attestation.whole import inspect
from harness.cli.heartbeat.beat import parse_beat
from harness.cli.run.shard import parse_shard, read_durations
from harness.drill.catalog import find_drills
from harness.report.earlier import read_summary
from harness.report.past.folder import signature
from harness.report.past.index import INDEX, _to_bytes, read_index
from harness.report.step_summary import cut
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
    "drills": [{"folder": "a", "drill": "a", "verdict": "passed", "cause": "", "seconds": 12.5, "seed": 7}],
    "ended": True,
    "provider": "container",
    "sabotage": "",
}
#: Where an entry is put into the index.
_HERE = "the entry"
_SCENARIO = (Path(__file__).parents[2] / "scenarios" / "test_os_disk_swap.py").read_text()


def _attested(manifest: bytes, sums: bytes, run: bytes) -> object:
    folder = laid(f"attested/{MANIFEST}", manifest).parent
    laid(f"attested/{SUMS}", sums)
    laid("attested/run.json", run)
    return inspect(folder)


def _index(entry: str, run: bytes) -> object:
    """Of a run that has not changed, in an index whose digest is right: the damage is in the entry alone."""
    folder = laid(f"reports/{_RUN['run']}/run.json", run).parent
    head, _, body = _to_bytes({folder.name: {"signature": signature(folder), "entry": _HERE}}).partition(b"\n")
    other = body.replace(f'"{_HERE}"'.encode(), entry.encode(errors="surrogatepass"))
    head = head.replace(*(sha256(one).hexdigest().encode() for one in (body, other)))
    return read_index(laid(f"reports/{INDEX}", head + b"\n" + other).parent)


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
        Parser(
            name="index of runs", corpus=((json.dumps(_ENTRY), run.encode()),), read=_index, refusals=(), weight=0.5
        ),
        Parser(name="shard", corpus=(("2/4",),), read=parse_shard),
        Parser(name="durations", corpus=((run,),), read=_durations),
        Parser(name="earlier summary", corpus=((run.encode(),),), read=read_summary, refusals=()),
        Parser(name="scenario", corpus=((_SCENARIO,),), read=_drills, weight=0.15),
        Parser(
            name="page for a CI server", corpus=(("# Run\n" + "a line\n" * 900,),), read=_cut, refusals=(), weight=0.3
        ),
    )
