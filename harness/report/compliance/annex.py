"""One drill, with all that an auditor asks of a test."""

from __future__ import annotations

from harness.report.compliance.action import plan_of
from harness.report.compliance.before import comparison
from harness.report.compliance.chapters import fidelity, no_evidence
from harness.report.compliance.deviations import deviations
from harness.report.compliance.dossier import Dossier, Tested, standing
from harness.report.compliance.integrity import integrity
from harness.report.compliance.layout import Cell, badge, facts, moment, table
from harness.report.compliance.mapping import KIND, anchor
from harness.report.compliance.measured import objectives
from harness.report.compliance.steps import steps
from harness.report.element import Element, e
from harness.report.text import duration
from harness.verdict import Outcome


def annex(tested: Tested, dossier: Dossier) -> Element:
    """The drill from its claim to the digests of its files."""
    return e(
        "section",
        e("h2", f"Drill {tested.drill}"),
        e("p", tested.verdict.header.claim or "The journal does not say what was claimed.", class_="claim"),
        no_evidence(tested, dossier),
        facts(_identity(tested, dossier)),
        e("h3", "Objectives"),
        objectives(tested),
        e("h3", "Timeline"),
        steps(tested),
        e("h3", "Integrity"),
        integrity(tested),
        e("h3", "Deviations"),
        deviations(tested),
        e("h3", "Compared with the time before"),
        comparison(tested, dossier),
        e("h3", "Files"),
        _files(tested),
        id=anchor(tested),
        class_="annex",
    )


def _identity(tested: Tested, dossier: Dossier) -> list[tuple[str, Cell]]:
    header, verdict = tested.verdict.header, tested.verdict
    worth, plan = standing(tested, dossier.policy), plan_of(tested)
    required = dossier.policy.drills.get(tested.drill)
    judged = [one for one in verdict.findings if one.required]
    held = len([one for one in judged if one.outcome is Outcome.HELD])
    return [
        ("Run", header.run),
        ("Counts as", badge(worth.value, KIND[worth])),
        ("Verdict", f"{verdict.word}; {held} of {len(judged)} required checks held"),
        ("Fidelity", fidelity(tested, dossier)),
        ("Begun", moment(tested.started)),
        ("Ended", moment(tested.ended)),
        ("Duration", duration(verdict.seconds)),
        ("Trigger", header.trigger),
        ("Tester", header.tester),
        ("Job", e("a", header.job, href=header.job) if header.job.startswith(("http://", "https://")) else header.job),
        ("Plan", " ".join(filter(None, (plan.get("plan_id"), plan.get("plan_version"))))),
        ("Risk", required.risk if required is not None else None),
        ("Machines", f"{header.provider or 'unknown'}, lab {header.lab or 'unknown'}"),
        ("Kubernetes", header.kubernetes),
        ("Node image", e("code", header.image, class_="whole") if header.image else None),
        ("Kubedrill", header.version),
        ("Seed", "" if header.seed is None else str(header.seed)),
    ]


def _files(tested: Tested) -> Element:
    if not tested.files:
        return e("p", "None of the drill's files lies where the report was made.", class_="note")
    rows = [(e("a", one.path, href=one.path), e("code", one.sha256, class_="whole")) for one in tested.files]
    return table(("File", "SHA-256"), rows, class_="files")
