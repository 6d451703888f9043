"""A drill beside its last performance before it."""

from __future__ import annotations

from harness.report.compliance.dossier import Dossier, Tested
from harness.report.compliance.layout import badge, moment, table
from harness.report.element import Element, Node, e
from harness.report.text import duration
from harness.verdict import Outcome
from harness.verdict.wording import counted


def comparison(tested: Tested, dossier: Dossier) -> Element:
    """What is better, worse or other than the time before."""
    before = dossier.previous.get(tested.folder)
    if before is None:
        return e("p", "No earlier performance of this drill is among the reports.", class_="note")
    rows = [
        ("Performed", moment(before.started), moment(tested.started), ""),
        ("Verdict", before.verdict.word.value, tested.verdict.word.value, _changed(before, tested)),
        *_figures(before, tested),
        _text("Kubernetes", before.verdict.header.kubernetes, tested.verdict.header.kubernetes),
        _text("Node image", before.verdict.header.image[:16], tested.verdict.header.image[:16]),
        _text("Kubedrill", before.verdict.header.version, tested.verdict.header.version),
        _text("Fidelity", before.verdict.header.fidelity, tested.verdict.header.fidelity),
    ]
    return e(
        "div",
        table(("", "Before", "This time", "Difference"), rows, class_="comparison"),
        e("p", _findings(before, tested), class_="note"),
    )


def _changed(before: Tested, now: Tested) -> Node:
    if before.verdict.word is now.verdict.word:
        return "none"
    return (
        badge("better", "good") if now.verdict.passed else badge("worse", "bad") if before.verdict.passed else "other"
    )


def _figures(before: Tested, now: Tested) -> list[tuple[str, str, str, str]]:
    was, is_ = before.verdict, now.verdict
    return [
        _number("RTO, control plane", was.rto.control_plane_seconds, is_.rto.control_plane_seconds),
        _number("RTO, workload", was.rto.workload_seconds, is_.rto.workload_seconds),
        _number("RPO", was.rpo.measured_seconds, is_.rpo.measured_seconds),
        _number("RTO target", was.rto.target_seconds, is_.rto.target_seconds),
    ]


def _number(name: str, before: float | None, now: float | None) -> tuple[str, str, str, str]:
    told = ["not measured" if one is None else duration(one) for one in (before, now)]
    difference = "unknown" if before is None or now is None else f"{now - before:+.1f} s"
    return (name, told[0], told[1], difference)


def _text(name: str, before: str, now: str) -> tuple[str, str, str, str]:
    return (name, before or "unknown", now or "unknown", "none" if before == now else "changed")


def _findings(before: Tested, now: Tested) -> str:
    held = {one.check for one in before.verdict.of(Outcome.HELD)}
    broken = {one.check for one in now.verdict.of(Outcome.BROKEN)}
    gone = {one.check for one in before.verdict.of(Outcome.BROKEN)} - broken
    lost = sorted(held & broken)
    told = f"Held before and broken now: {', '.join(lost)}. " if lost else "Nothing that held before is broken now. "
    return told + f"{counted(len(gone), 'check')} broken before and not now."
