"""From a history to a verdict: pure, so that it can be done again from the journal alone."""

from __future__ import annotations

from dataclasses import replace

from harness.facts.reading import shortened
from harness.journal import Event, History, Kind
from harness.verdict.catalogue import CHECKS, check_named
from harness.verdict.memory import measured_memory
from harness.verdict.plan import Planned, build, read_plan
from harness.verdict.record import NeverAskedError, Record, UntoldError
from harness.verdict.retries import retries
from harness.verdict.ruling import Outcome, Ruling, errored
from harness.verdict.summary import header, join_hashes, measured_loss, measured_time, phase_table
from harness.verdict.timeline import began, ended, fault_start, harness_seconds
from harness.verdict.verdict import Finding, Verdict, Word
from harness.verdict.wording import counted, quoted

_BITES = "fault-bit"
#: A sentence that begins with a long path says what is wrong at its end.
_SENTENCE = 400
_RANK = {check.name: rank for rank, check in enumerate(CHECKS)}
#: The ends of a check that leave a question open.
_OPEN = (Outcome.ERRORED, Outcome.BLOCKED)


def judge(history: History) -> Verdict:
    """The verdict on a history, whatever state the history is in."""
    findings, bad_plan = _findings(history)
    word, cause = _verdict(history, findings, bad_plan)
    before, after = join_hashes(history)
    return Verdict(
        header=header(history),
        word=word,
        cause=cause,
        started=history.events[0].at if history.events else None,
        seconds=ended(history) - began(history),
        harness_seconds=harness_seconds(history),
        findings=findings,
        phases=phase_table(history),
        rto=measured_time(history),
        rpo=measured_loss(history),
        memory=measured_memory(history),
        join_hash_before=before,
        join_hash_after=after,
        events=len(history.events),
        retries=retries(history),
    )


def _findings(history: History) -> tuple[tuple[Finding, ...], str]:
    try:
        plan = read_plan(history)
    except ValueError as bad:
        return (), f"the plan cannot be read: {bad}"
    findings = tuple(_finding(history, line) for line in plan)
    idle = next((one for one in findings if one.check == _BITES and one.outcome is Outcome.BROKEN), None)
    if idle is not None:
        findings = tuple(_blocked(one, idle.cause) for one in findings)
    return findings, ""


def _finding(history: History, line: Planned) -> Finding:
    check = check_named(line.check)
    ruling = _not_judged(line) if not line.is_applicable else _ruling(history, line)
    if line.is_observed and ruling.outcome in (Outcome.HELD, Outcome.BROKEN):
        ruling = replace(ruling, outcome=Outcome.OBSERVED, cause=ruling.cause or ruling.saw)
    return Finding(
        check=line.check,
        claim=line.claim or (check.claim if check is not None else ""),
        required=line.required,
        reason=line.reason,
        outcome=ruling.outcome,
        cause=ruling.cause,
        saw=ruling.saw,
        evidence=ruling.evidence,
        params=line.params,
    )


def _not_judged(line: Planned) -> Ruling:
    return Ruling(outcome=Outcome.OBSERVED, cause=line.reason or "not judged, and the plan does not say why")


def _ruling(history: History, line: Planned) -> Ruling:
    kind = check_named(line.check)
    if kind is None:
        return errored(f"this version knows no check {quoted(line.check)}")
    try:
        check = build(kind, line.params)
    except ValueError as bad:
        return errored(f"the plan's parameters do not fit: {bad}")
    record = Record(history)
    try:
        ruling = check.judge(record)
    except UntoldError as untold:
        ruling = _untold(history, line, untold)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as bug:
        ruling = errored(f"the check itself broke: {type(bug).__name__}: {shortened(str(bug))}")
    return replace(ruling, evidence=record.evidence)


def _untold(history: History, line: Planned, untold: UntoldError) -> Ruling:
    """Why the record does not tell: something else stopped the drill, or the check was never made."""
    failure = history.first(Kind.RECOVERY, state="failed")
    if failure is not None and line.check != _BITES:
        cause = shortened(str(failure.data.get("cause") or "no cause is given"))
        return Ruling(outcome=Outcome.BLOCKED, cause=f"the recovery failed: {cause}")
    error = first_error(history)
    if error is not None and isinstance(untold, NeverAskedError):
        return Ruling(outcome=Outcome.BLOCKED, cause=f"the lab broke first: {_error_text(error)}; {untold}")
    return errored(str(untold))


def _blocked(finding: Finding, cause: str) -> Finding:
    if finding.check == _BITES or (finding.outcome is Outcome.OBSERVED and not finding.evidence):
        return finding
    return replace(finding, outcome=Outcome.BLOCKED, cause=cause, saw="")


def first_error(history: History) -> Event | None:
    """The first thing that broke in the lab or in the harness."""
    return history.first(Kind.ERROR)


def _error_text(error: Event) -> str:
    where = error.data.get("where")
    text = shortened(str(error.data.get("message") or error.data.get("type") or "without a word"), _SENTENCE)
    return f"{text} (in {quoted(where)})" if where else text


def _verdict(history: History, findings: tuple[Finding, ...], bad_plan: str) -> tuple[Word, str]:
    broken = sorted(
        (one for one in findings if one.required and one.outcome is Outcome.BROKEN), key=lambda one: _rank(one)
    )
    early = _never_ended(history) or bad_plan or _no_plan(history, findings)
    if early:
        return Word.ERRORED, early + _known(broken)
    error = first_error(history)
    if error is not None and not any(one.evidence and one.evidence[-1] < error.seq for one in broken):
        return Word.ERRORED, _error_text(error)
    idle = [one for one in broken if one.check == _BITES]
    if idle:
        return Word.INCONCLUSIVE, idle[0].cause
    if broken:
        return Word.FAILED, broken[0].cause
    return _unbroken(history, findings)


def _unbroken(history: History, findings: tuple[Finding, ...]) -> tuple[Word, str]:
    unanswered = sorted((one for one in findings if one.outcome in _OPEN), key=lambda one: _rank(one))
    if unanswered:
        return Word.ERRORED, f"{unanswered[0].cause} (check {quoted(unanswered[0].check)})"
    end = history.last(Kind.END)
    if end is None or end.data.get("outcome") != "finished":
        return Word.ERRORED, "the run ended with an error that it did not write down"
    return Word.PASSED, ""


def _never_ended(history: History) -> str:
    end = history.last(Kind.END)
    if not history.events:
        return "the journal is empty: nothing is known"
    if end is None or history.cut:
        return f"the run ended before its end, after {counted(len(history.events), 'event')}"
    if end.data.get("outcome") == "interrupted":
        return "the run was interrupted"
    return ""


def _no_plan(history: History, findings: tuple[Finding, ...]) -> str:
    error = first_error(history)
    plan, fault = history.first(Kind.PLAN), fault_start(history)
    if error is not None and (plan is None or error.seq < plan.seq):
        return _error_text(error)
    if plan is None:
        return "the journal holds no plan: nothing was to be judged"
    if fault is not None and fault.seq < plan.seq:
        return "the plan was written only after the fault: it proves nothing"
    if not any(one.required for one in findings):
        return "the plan requires no check: nothing was to be judged"
    return ""


def _known(broken: list[Finding]) -> str:
    return f"; what is known by then: {broken[0].cause}" if broken else ""


def _rank(finding: Finding) -> int:
    return _RANK.get(finding.check, len(_RANK))
