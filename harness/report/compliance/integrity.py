"""Whether what was restored is what was kept: digests, and what the ledgers found again."""

from __future__ import annotations

from harness.facts import WITNESS, Moment
from harness.facts.witness import BACKUP_FILES
from harness.journal import Kind
from harness.report.compliance.deviations import is_left_out
from harness.report.compliance.dossier import Tested
from harness.report.compliance.layout import facts, short, table
from harness.report.element import Element, e
from harness.verdict import Finding
from harness.verdict.record import answer
from harness.verdict.wording import counted

#: What is worth its own line; the rest of a backup is counted.
_SHOWN = 8
_ASKED = (
    ("snapshot-verified", "Snapshot"),
    ("join-hash", "Identity"),
    ("objects-survived", "Objects"),
    ("late-object", "Written after the backup"),
    ("volume-bytes", "Bytes on volumes"),
    ("secrets-encrypted", "Secrets"),
)


def integrity(tested: Tested) -> Element:
    """Ledgers, the checks of what survived, and the digests of backup and evidence."""
    return e("div", _ledgers(tested), facts(_checks(tested)), _backup(tested), _kept(tested))


def _ledgers(tested: Tested) -> Element:
    rpo = tested.verdict.rpo
    rows = [
        (name, str(total), str(total - rpo.lost.get(name, 0)), str(rpo.lost.get(name, 0)))
        for name, total in sorted(rpo.acknowledged.items())
    ]
    if not rows:
        return e("p", "No ledger was read back, so nothing is known of what was lost.", class_="note")
    titles = ("Ledger", "Acknowledged before the loss", "Found afterwards", "Missing")
    return table(titles, rows, class_="ledgers")


def _checks(tested: Tested) -> list[tuple[str, Element | str]]:
    found = {one.check: one for one in tested.verdict.findings if not is_left_out(one)}
    return [(title, _told(found[check])) for check, title in _ASKED if check in found]


def _told(finding: Finding) -> str:
    said = (finding.cause or finding.saw).strip()
    return f"{finding.outcome}: {said}" if said else finding.outcome.value


def _backup(tested: Tested) -> Element:
    kept = answer(tested.history, BACKUP_FILES, WITNESS, Moment.BEFORE)
    if not kept:
        return e("p", "No listing of a backup is on record for this drill.", class_="note")
    # A snapshot is what matters most, a manifest names the rest.
    ordered = sorted(kept, key=lambda one: (not one.path.endswith((".db", "manifest.json")), one.path))
    rows = [(e("code", one.path), short(one.sha256)) for one in ordered[:_SHOWN]]
    rest = len(ordered) - len(rows)
    more = f" and {counted(rest, 'more file')}, each with its digest in the journal" if rest > 0 else ""
    return e(
        "div",
        table(("File in the backup", "SHA-256"), rows, class_="files"),
        e("p", f"{counted(len(rows), 'file')}{more}.", class_="note"),
    )


def _kept(tested: Tested) -> Element | None:
    rows = [
        (e("code", str(event.data.get("path") or "")), short(str(event.data.get("sha256") or "")))
        for event in tested.history.of(Kind.EVIDENCE)
    ]
    return table(("Evidence kept beside the journal", "SHA-256"), rows, class_="files") if rows else None
