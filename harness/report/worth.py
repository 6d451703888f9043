"""Whether a drill is evidence at all, whatever its verdict is."""

from __future__ import annotations

from harness.journal import History, Kind
from harness.verdict import Verdict


def why_no_evidence(history: History, verdict: Verdict) -> str:
    """What makes a drill no evidence, as it follows on its name; empty where it is some."""
    first, header = history.first(Kind.DRILL), verdict.header
    if first is None:
        return "does not say in its journal what drill it is"
    if first.data.get("demonstration"):
        return "was made for show"
    if "rehearsal" in (header.provider, header.fidelity):
        return "is a rehearsal, in which machines and time are simulated"
    if header.sabotage:
        return f"was spoiled on purpose ({header.sabotage})"
    return ""
