"""What is signed: an in-toto statement that a run's tests ended like this."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from harness.attestation.manifest import MANIFEST
from harness.attestation.redone import JOURNAL, Judged, Redone
from harness.attestation.tree import read_plain, shown
from harness.errors import SpecError, hinted
from harness.journal import Kind
from harness.report.document import to_bytes
from harness.report.line import RunSummary
from harness.report.worth import why_no_evidence
from harness.verdict import Outcome, Word

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
#: What a drill's checks are worth whose verdict tells something of the restore.
_TOLD = (Word.PASSED, Word.FAILED)


def statement(folder: Path, redone: Redone) -> bytes:
    """The statement about a run; whoever makes it again from the same files gets the same bytes."""
    return to_bytes(stated(folder, redone, _signable(redone)))


def stated(folder: Path, redone: Redone, summary: RunSummary) -> dict[str, object]:
    """What is stated of a run, whatever it is worth."""
    failed = sorted({*_failed(redone), *(line.folder for line in summary.drills if line.verdict != Word.PASSED)})
    return {
        "_type": STATEMENT,
        "subject": list(_subjects(folder, redone)),
        "predicateType": PREDICATE,
        "predicate": {
            "result": _result(summary),
            "configuration": [_configuration(name, drill) for name, drill in sorted(redone.drills.items())],
            "passedTests": sorted(_passed(redone)),
            "warnedTests": [],
            "failedTests": failed,
        },
    }


def why_not_signed(redone: Redone) -> str:
    """Why a run must not be signed, whatever its verdict is; empty if it may be."""
    for name, drill in sorted(redone.drills.items()):
        reason = why_no_evidence(drill.history, drill.verdict)
        if reason:
            return f"{shown(name)} {reason}"
    return "" if redone.drills else "it has no drill with a journal"


def _signable(redone: Redone) -> RunSummary:
    reason = why_not_signed(redone)
    if reason or redone.summary is None:
        raise hinted(
            SpecError(f"The run {shown(redone.run)} is no evidence: {reason or 'it has no summary'}"),
            "Only runs of unspoiled drills on real machines are signed.",
        )
    return redone.summary


def _result(summary: RunSummary) -> str:
    """Only what all of it passed is PASSED; a drill of which nobody can tell counts as one that failed."""
    if any(line.verdict != Word.PASSED for line in summary.drills):
        return "FAILED"
    # Drills that were asked for with all others, and that these machines cannot perform.
    return "WARNED" if summary.not_offered else "PASSED"


def _subjects(folder: Path, redone: Redone) -> Iterator[dict[str, object]]:
    for path in (MANIFEST, *(f"{name}/{JOURNAL}" for name in sorted(redone.drills))):
        yield {"name": path, "digest": {"sha256": hashlib.sha256(read_plain(folder / path)).hexdigest()}}


def _passed(redone: Redone) -> set[str]:
    """Drills that passed, and checks that held where the drill can tell; what was only observed is not among them."""
    tests = {name for name, drill in redone.drills.items() if drill.verdict.passed}
    for name, drill in redone.drills.items():
        if drill.verdict.word in _TOLD:
            tests |= {f"{name}/{one.check}" for one in drill.verdict.of(Outcome.HELD)}
    # A check that is planned twice has held when it held twice.
    return tests - _failed(redone)


def _failed(redone: Redone) -> set[str]:
    bad = (Outcome.BROKEN, Outcome.ERRORED, Outcome.BLOCKED)
    return {
        f"{name}/{one.check}"
        for name, drill in redone.drills.items()
        for one in drill.verdict.findings
        if one.outcome in bad
    }


def _configuration(name: str, drill: Judged) -> dict[str, object]:
    """The plan by its digest: the same checks and the same targets have the same one in each run."""
    plan, header = drill.history.first(Kind.PLAN), drill.verdict.header
    text = json.dumps(dict(plan.data) if plan is not None else None, sort_keys=True, separators=(",", ":"))
    told = {
        "drill": header.drill,
        "provider": header.provider,
        "fidelity": header.fidelity,
        "kubernetes": header.kubernetes,
        "image": header.image,
        "lab": header.lab,
        "version": header.version,
    }
    return {
        "name": f"{name}/plan",
        "digest": {"sha256": hashlib.sha256(text.encode()).hexdigest()},
        "annotations": {key: value for key, value in told.items() if value},
    }
