"""junit.xml: the verdict for CI servers; nothing is ever skipped into green."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

from junit_xml import TestCase, TestSuite

from harness.report.text import clean, trimmed
from harness.verdict import Finding, Outcome, Verdict, Word

_UNANSWERED = (Outcome.ERRORED, Outcome.BLOCKED)
#: Servers show a message on one line, and read files up to a size: what is longer stands in report.html.
_MESSAGE, _TEXT = 1000, 4000
COUNTS = ("tests", "failures", "errors")


def junit(verdict: Verdict, told: Mapping[str, Any] = MappingProxyType({})) -> bytes:
    """One suite: the verdict itself, then each planned check; `told` is the journal's first line."""
    return document_of([suite(verdict, told).build_xml_doc()])


def document_of(suites: list[ElementTree.Element], **attributes: str) -> bytes:
    """Suites as a file, with the attributes that the schema of Jenkins knows and no others."""
    root = ElementTree.Element("testsuites", attributes)
    for one in suites:
        one.attrib.pop("disabled", None)
        one.set("time", f"{float(one.get('time') or 0):.3f}")
        root.append(one)
    for count in COUNTS:
        root.set(count, str(sum(int(one.get(count) or 0) for one in root)))
    root.set("time", f"{sum(float(one.get('time') or 0) for one in root):.3f}")
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def suite(verdict: Verdict, told: Mapping[str, Any] = MappingProxyType({})) -> TestSuite:
    """The suite of one drill."""
    name = clean(verdict.header.drill) or "drill"
    cases = [_overall(verdict, name, told)]
    seen: Counter[str] = Counter()
    for finding in verdict.findings:
        seen[finding.check] += 1
        number = seen[finding.check]
        title = clean(finding.check) + (f" ({number})" if number > 1 else "")
        cases.append(_case(verdict, finding, name, title))
    return TestSuite(
        name,
        cases,
        timestamp=verdict.started.isoformat() if verdict.started else None,
        properties=_properties(verdict),
    )


def _overall(verdict: Verdict, name: str, told: Mapping[str, Any]) -> TestCase:
    case = TestCase("verdict", classname=name, elapsed_sec=round(verdict.seconds, 3))
    message = trimmed(verdict.cause, _MESSAGE)
    if verdict.word is Word.FAILED:
        case.add_failure_info(message=message, failure_type=verdict.word.value)
    elif not verdict.passed:
        case.add_error_info(message=message or verdict.word.value, error_type=verdict.word.value)
    case.stdout = _attachment(told) or None
    return case


def _attachment(told: Mapping[str, Any]) -> str:
    """The page beside the case, as GitLab and Jenkins look for it; nothing where the journal does not say the place."""
    place = told.get("folder")
    if not isinstance(place, str) or not place or not place.isprintable() or "]]" in place:
        return ""
    return f"[[ATTACHMENT|{place}/report.html]]"


def _case(verdict: Verdict, finding: Finding, name: str, title: str) -> TestCase:
    lines = [finding.claim, finding.cause or finding.saw, f"evidence: lines {list(finding.evidence)} of the journal"]
    text = trimmed("\n".join(line for line in lines if line), _TEXT)
    case = TestCase(title, classname=name)
    message = trimmed(finding.cause, _MESSAGE) or finding.outcome.value
    if finding.outcome is Outcome.BROKEN and verdict.word is Word.FAILED:
        case.add_failure_info(message=message, output=text, failure_type=finding.outcome.value)
    elif finding.outcome is Outcome.BROKEN or finding.outcome in _UNANSWERED:
        # Broken in a drill that cannot tell (the fault did not bite, the lab broke first) proves no failure.
        case.add_error_info(message=message, output=text, error_type=finding.outcome.value)
    else:
        case.stdout = text
    return case


def _properties(verdict: Verdict) -> dict[str, str]:
    header = verdict.header
    found = {
        "verdict": verdict.word.value,
        "run": header.run,
        "provider": header.provider,
        "fidelity": header.fidelity,
        "kubernetes": header.kubernetes,
        "image": header.image,
        "lab": header.lab,
        "seed": header.seed,
        "version": header.version,
        "sabotage": header.sabotage,
        "demonstration": header.demonstration,
        "controls": " ".join(header.controls),
        "rto.target.seconds": verdict.rto.target_seconds,
        "rto.control-plane.seconds": verdict.rto.control_plane_seconds,
        "rto.workload.seconds": verdict.rto.workload_seconds,
        "rpo.target.seconds": verdict.rpo.target_seconds,
        "rpo.seconds": verdict.rpo.measured_seconds,
        "harness.seconds": round(verdict.harness_seconds, 3),
    }
    phases = {f"phase.{number}.{phase.name}": f"{phase.seconds:.3f}" for number, phase in enumerate(verdict.phases, 1)}
    return {clean(key): clean(str(value)) for key, value in (found | phases).items() if value not in (None, "")}
