"""The parts of a verdict that are measured rather than judged."""

from __future__ import annotations

import contextlib
from typing import Any

from harness.facts import WITNESS, Moment
from harness.facts.pki import CA_CERT
from harness.facts.witness import LedgerReadBack
from harness.journal import Event, History, Kind
from harness.verdict.identity import JoinHash
from harness.verdict.measure import LEDGERS, first_write_back, loss, number, outage, read_back
from harness.verdict.plan import read_plan
from harness.verdict.promise import Rpo
from harness.verdict.record import UntoldError, answer, read_fact
from harness.verdict.timeline import Span, began, fault_start, phases, waits
from harness.verdict.verdict import DataLoss, Header, Phase, RecoveryTime

_WORKLOAD_PROBES = ("app-read", "app-write")


def header(history: History) -> Header:
    """What the first line tells; a field that is missing is empty."""
    first = history.first(Kind.DRILL)
    lab = history.first(Kind.LAB)
    data = {**(first.data if first is not None else {}), **(lab.data if lab is not None else {})}
    text = {
        field: str(data.get(field) or "")
        for field in (
            "run",
            "drill",
            "claim",
            "provider",
            "fidelity",
            "kubernetes",
            "image",
            "lab",
            "sabotage",
            "version",
            "commit",
            "demonstration",
        )
    }
    limits, seed, settings, occasion = (data.get(name) for name in ("limits", "seed", "settings", "occasion"))
    told = occasion if isinstance(occasion, dict) else {}
    return Header(
        **text,
        limits=_texts(limits),
        seed=seed if isinstance(seed, int) else None,
        host=data.get("host"),
        settings=settings if isinstance(settings, dict) else {},
        controls=_texts(data.get("controls")),
        **{name: str(told.get(name) or "") for name in ("trigger", "tester", "job")},
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ((str(value),) if value else ())


def phase_table(history: History) -> tuple[Phase, ...]:
    """The phases, each with the longest wait inside it."""
    every_wait, start = waits(history), began(history)
    return tuple(
        Phase(
            name=phase.name,
            start=round(phase.start - start, 3),
            seconds=round(phase.seconds, 3),
            waiting_on=_longest_wait(phase, every_wait),
        )
        for phase in phases(history)
    )


def _longest_wait(phase: Span, every_wait: tuple[Span, ...]) -> str:
    inside = [wait for wait in every_wait if wait.start < phase.end and wait.end > phase.start]
    longest = max(inside, key=lambda wait: min(wait.end, phase.end) - max(wait.start, phase.start), default=None)
    return longest.name if longest is not None else ""


def measured_time(history: History) -> RecoveryTime:
    """Both recovery times as far as they were measured."""
    fault = fault_start(history)
    kept = answer(history, LEDGERS[0], WITNESS, Moment.RECOVERED)
    first = first_write_back(history, kept) if kept is not None else None
    return RecoveryTime(
        target_seconds=_target(history, "rto_seconds"),
        control_plane_seconds=round(first.mono - fault.mono, 3) if first and fault else None,
        workload_seconds=_workload(history, fault),
        **_set_by(history, "rto"),
    )


def _workload(history: History, fault: Event | None) -> float | None:
    if fault is None:
        return None
    longest = 0.0
    for probe in _WORKLOAD_PROBES:
        seen = [event.mono for event in history.of(Kind.PROBE, probe=probe)]
        gaps = outage(history, probe)
        if not seen or seen[-1] <= fault.mono or any(gap.open for gap in gaps):
            return None
        longest = max([longest, *(gap.seconds for gap in gaps)])
    return round(longest, 3)


def measured_loss(history: History) -> DataLoss:
    """What the ledgers lost as far as they were read back."""
    found = []
    for ledger in _promised(history):
        read = read_back(history, ledger, Moment.RECOVERED)
        try:
            kept = read_fact(ledger, read) if read is not None else None
        except UntoldError:
            kept = None
        one = loss(history, ledger.stream, kept, read) if read is not None and kept is not None else None
        found += [one] if one is not None and one.acknowledged else []
    return DataLoss(
        target_seconds=_target(history, "rpo_seconds"),
        measured_seconds=round(max(one.seconds for one in found), 3) if found else None,
        lost={one.stream: len(one.lost) for one in found},
        acknowledged={one.stream: one.acknowledged for one in found},
        **_set_by(history, "rpo"),
    )


def _promised(history: History) -> tuple[LedgerReadBack, ...]:
    """The ledgers that the promised loss is about; a plan that names none means all."""
    try:
        plan = [line for line in read_plan(history) if line.check == Rpo.name]
    except ValueError:
        plan = []
    streams = next((line.params["streams"] for line in plan if "streams" in line.params), None)
    return tuple(one for one in LEDGERS if not isinstance(streams, list) or one.stream in streams)


def join_hashes(history: History) -> tuple[str | None, str | None]:
    """The join hash in ca.crt before the fault, and the last one known after it."""
    before = _ca(history, (Moment.BEFORE,))
    return before, _ca(history, (Moment.REBOOTED, Moment.RECOVERED, Moment.FAILED))


def _ca(history: History, moments: tuple[str, ...]) -> str | None:
    """That of the machine whose hash is judged; of any other only where that one gives none."""
    judged = _judged_machine(history)
    for moment in moments:
        told = reversed(tuple(history.of(Kind.FACT, fact=CA_CERT.name, moment=moment)))
        for event in sorted(told, key=lambda event: event.data.get("subject") != judged):
            with contextlib.suppress(UntoldError):
                return read_fact(CA_CERT, event).join_hash
    return None


def _judged_machine(history: History) -> object:
    try:
        plan = read_plan(history)
    except ValueError:
        return None
    return next((line.params.get("machine") for line in plan if line.check == JoinHash.name), None)


def _target(history: History, field: str) -> float | None:
    plan = history.first(Kind.PLAN)
    return None if plan is None else number(plan, field)


def _set_by(history: History, which: str) -> dict[str, Any]:
    """Whose a target is; a plan of before policies has the scenario's."""
    plan = history.first(Kind.PLAN)
    targets = plan.data.get("targets") if plan is not None else None
    told = targets.get(which) if isinstance(targets, dict) else None
    if not isinstance(told, dict) or told.get("of") != "policy":
        return {"promised_seconds": _target(history, f"{which}_seconds")}
    promised = told.get("scenario_seconds")
    return {"target_of": "policy", "promised_seconds": promised if isinstance(promised, int | float) else None}
