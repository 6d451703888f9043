"""junit.xml: the verdict for CI servers; nothing is ever skipped into green."""

from __future__ import annotations

from collections import Counter

from junit_xml import TestCase, TestSuite, to_xml_report_string

from harness.report.text import clean
from harness.verdict import Finding, Outcome, Verdict, Word

_UNANSWERED = (Outcome.ERRORED, Outcome.BLOCKED)


def junit(verdict: Verdict) -> bytes:
    """One suite: the verdict itself, then each planned check."""
    text: str = to_xml_report_string([suite(verdict)], prettyprint=True)
    return text.encode()


def suite(verdict: Verdict) -> TestSuite:
    """The suite of one drill."""
    name = clean(verdict.header.drill) or "drill"
    cases = [_overall(verdict, name)]
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


def _overall(verdict: Verdict, name: str) -> TestCase:
    case = TestCase("verdict", classname=name, elapsed_sec=round(verdict.seconds, 3))
    if verdict.word is Word.FAILED:
        case.add_failure_info(message=clean(verdict.cause), failure_type=verdict.word.value)
    elif not verdict.passed:
        case.add_error_info(message=clean(verdict.cause) or verdict.word.value, error_type=verdict.word.value)
    return case


def _case(verdict: Verdict, finding: Finding, name: str, title: str) -> TestCase:
    lines = [finding.claim, finding.cause or finding.saw, f"evidence: lines {list(finding.evidence)} of the journal"]
    text = clean("\n".join(line for line in lines if line))
    case = TestCase(title, classname=name)
    message = clean(finding.cause) or finding.outcome.value
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
    told = {
        "verdict": verdict.word.value,
        "run": header.run,
        "provider": header.provider,
        "fidelity": header.fidelity,
        "kubernetes": header.kubernetes,
        "sabotage": header.sabotage,
        "demonstration": header.demonstration,
        "rto.control-plane.seconds": verdict.rto.control_plane_seconds,
        "rto.workload.seconds": verdict.rto.workload_seconds,
        "rpo.seconds": verdict.rpo.measured_seconds,
        "harness.seconds": round(verdict.harness_seconds, 3),
    }
    phases = {f"phase.{number}.{phase.name}": f"{phase.seconds:.3f}" for number, phase in enumerate(verdict.phases, 1)}
    return {clean(key): clean(str(value)) for key, value in (told | phases).items() if value not in (None, "")}
