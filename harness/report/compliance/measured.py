"""Both recovery times and the loss: promised, measured, and how."""

from __future__ import annotations

from harness.journal import History
from harness.report.compliance.dossier import Tested
from harness.report.compliance.layout import badge, table
from harness.report.element import Element, e
from harness.report.text import duration
from harness.verdict import Outcome
from harness.verdict.verdict import DataLoss, RecoveryTime

_HOW = {
    "rto-control-plane": "From the beginning of the fault to the first API write that was acknowledged after it and "
    "found again when the ledger was read back.",
    "rto-workload": "The longest time without a good answer to reads or writes of an application on the cluster, asked "
    "ten times a second from outside every machine.",
    "rpo": "Numbered writes that a witness outside the machines saw acknowledged, looked for after the recovery: how "
    "far before the fault the oldest missing one lies.",
}
_TITLES = ("Objective", "Target", "Set by", "Measured", "Met", "How it was measured")


def objectives(tested: Tested) -> Element:
    """Each promise against what came of it."""
    rto, rpo = tested.verdict.rto, tested.verdict.rpo
    rows = (
        ("RTO, control plane", rto, rto.control_plane_seconds, "rto-control-plane"),
        ("RTO, workload", rto, rto.workload_seconds, "rto-workload"),
        ("RPO", rpo, rpo.measured_seconds, "rpo"),
    )
    return e(
        "div",
        table(
            _TITLES,
            [
                (
                    e("b", name),
                    target(promised.target_seconds),
                    _set_by(promised),
                    "not measured" if value is None else duration(value),
                    met(tested, check),
                    _HOW[check],
                )
                for name, promised, value, check in rows
            ],
            class_="objectives",
        ),
        e("p", f"Both recovery times leave out {rto.leaves_out}. {clock(tested.history)}", class_="note"),
    )


def target(seconds: float | None) -> str:
    """A target as it is promised."""
    return "none" if seconds is None else "0 s" if not seconds else duration(seconds)


def _set_by(promised: RecoveryTime | DataLoss) -> str:
    if promised.target_seconds is None:
        return "nobody"
    if promised.target_of != "policy":
        return "the scenario"
    return f"the policy; the scenario promises {target(promised.promised_seconds)}"


def met(tested: Tested, check: str) -> Element:
    """Whether the check of a promise held."""
    found = next((one for one in tested.verdict.findings if one.check == check), None)
    if found is None:
        return badge("not judged", "unknown")
    if found.outcome is Outcome.HELD:
        return badge("met", "good")
    if found.outcome is Outcome.BROKEN:
        return badge("not met", "bad")
    return badge("observed only" if found.outcome is Outcome.OBSERVED else "not judged", "unknown")


def clock(history: History) -> str:
    """By which clocks, and how far they came apart."""
    first = history.events[0] if history.events else None
    if first is None:
        return "No clock was read."
    if first.data.get("fidelity") == "rehearsal":
        return "Clock: the simulated clock of the rehearsal, which no machine has."
    last = history.events[-1]
    skew = (last.at - first.at).total_seconds() - (last.mono - first.mono)
    return (
        "Clock: durations by the monotonic clock of the host that performed the drill, moments by its wall clock in "
        f"UTC; between the first line and the last the two came apart by {skew * 1000:+.0f} ms."
    )
