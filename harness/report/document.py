"""report.json: the verdict for scripts."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from harness.verdict import Verdict
from harness.verdict.verdict import SCHEMA_VERSION, Finding


def document(verdict: Verdict) -> dict[str, Any]:
    """The verdict with the field names that scripts rely on."""
    header = verdict.header
    return {
        "schema_version": SCHEMA_VERSION,
        "run": header.run,
        "drill": header.drill,
        "claim": header.claim,
        "verdict": verdict.word.value,
        "cause": verdict.cause,
        "provider": header.provider,
        "fidelity": header.fidelity,
        "limits": list(header.limits),
        "kubernetes": header.kubernetes,
        "image": header.image,
        "lab": header.lab,
        "seed": header.seed,
        "sabotage": header.sabotage or None,
        "version": header.version,
        "host": header.host,
        "started": verdict.started.isoformat() if verdict.started else None,
        "seconds": round(verdict.seconds, 3),
        "harness_seconds": round(verdict.harness_seconds, 3),
        "rto": asdict(verdict.rto),
        "rpo": asdict(verdict.rpo),
        "memory": asdict(verdict.memory),
        "join_hash_before": verdict.join_hash_before,
        "join_hash_after": verdict.join_hash_after,
        "phases": [asdict(phase) for phase in verdict.phases],
        "findings": [_finding(finding) for finding in verdict.findings],
        "retries": [asdict(retry) for retry in verdict.retries],
        "events": verdict.events,
    }


def to_bytes(content: object) -> bytes:
    """JSON for people and scripts, the same bytes each time."""
    return (json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n").encode(errors="replace")


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "claim": finding.claim,
        "outcome": finding.outcome.value,
        "cause": finding.cause,
        "saw": finding.saw,
        "required": finding.required,
        "reason": finding.reason,
        "params": dict(finding.params),
        "evidence": list(finding.evidence),
    }
