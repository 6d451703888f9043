"""What would be signed of each night, in a form that nobody can sign or take for evidence."""

from __future__ import annotations

from pathlib import Path

from harness.attestation import inspect
from harness.attestation.statement import stated
from harness.report.document import to_bytes

#: No policy for test results accepts this type.
SHOWN = "urn:kubedrill:demonstration"
_REMARK = "Made for show: these drills did not take place on these dates. This statement is signed by nobody."


def write_statements(reports: Path) -> list[Path]:
    """One file a run that is whole, beside the runs: in a run's own folder its manifest would not know it."""
    written = []
    (reports / "statements").mkdir()
    for manifest in sorted(reports.glob("[0-9]*/manifest.json")):
        run = manifest.parent
        inspection = inspect(run)
        summary = inspection.redone.summary
        if summary is not None and not inspection.problems:
            content = stated(run, inspection.redone, summary)
            content |= {"predicateType": SHOWN, "demonstration": _REMARK}
            written.append(reports / "statements" / f"{run.name}.json")
            written[-1].write_bytes(to_bytes(content))
    return written
