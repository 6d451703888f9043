"""Stories that break or starve the checks of the time without a control plane."""

from __future__ import annotations

from harness.facts import Moment
from harness.journal import Event, History, Kind
from tests.verdict import answers
from tests.verdict.edits import edited, inserted, without
from tests.verdict.spoils import Break, Idle, Spoil, other

_ENDURED = Moment.ENDURED
_TAKEN = {"read": {"ok": False, "saw": "no answer"}, "delete": {"ok": True, "saw": "the API took it"}}
_OTHER = {"items": [answers.sandbox("test-ns", "errand-other", "u-errand-other")]}


def tolerating(seconds: float) -> Spoil:
    """The plan tolerates no more than this."""

    def spoil(history: History) -> History:
        lines = [
            {**line, "params": {"tolerated_seconds": seconds}} if line["check"] == "served-throughout" else line
            for line in history.events[1].data["checks"]
        ]
        return edited(history, lambda event: event.kind is Kind.PLAN, checks=lines)

    return spoil


def typed(history: History) -> History:
    """Somebody types on the machine while it comes back."""

    def ends(event: Event) -> bool:
        return event.kind is Kind.RECOVERY and event.data["state"] == "end"

    once = inserted(history, ends, Kind.COMMAND, node="spare1", argv=["kubeadm", "reset"], status=0)
    return inserted(once, ends, Kind.COMMAND, node="spare1", argv=["reboot"], status=0)


def silent_before(history: History) -> History:
    fault = next(event.seq for event in history.events if event.kind is Kind.FAULT)
    return without(history, lambda event: event.kind is Kind.PROBE and event.seq < fault)


def replaced_at_once(history: History) -> History:
    history = other("pod-sandboxes", _OTHER, _ENDURED)(history)
    return other("containers", answers.containers("c-second", errands=("errand-other",)), _ENDURED)(history)


BROKEN: list[Break] = [
    ("served-throughout", tolerating(0.1), ("'app-read' got no answer for",)),
    (
        "container-restarted",
        other("containers", answers.containers(), _ENDURED),
        ("kubelet of 'master1' did not restart", "'test-pod'"),
    ),
    ("pod-not-replaced", replaced_at_once, ("test-ns/errand-other replaced test-ns/errand-first", "no controller ran")),
    ("pod-not-replaced", other("pods", [*answers.pods(), answers.errand("x", ready=False)]), ("nobody replaced",)),
    ("operations-stopped", other("operations", _TAKEN, _ENDURED), ("'delete' went through",)),
    ("operations-stopped", other("join-meanwhile", "joined", _ENDURED, status=0), ("'join' went through",)),
    ("returned-by-itself", typed, ("somebody ran on 'spare1': kubeadm reset and reboot",)),
]
VACUOUS: list[Idle] = [
    ("served-throughout", silent_before),
    ("container-restarted", other("containers", answers.containers("c-first"), _ENDURED)),
    ("container-restarted", other("pod-sandboxes", {"items": []}, Moment.BEFORE)),
    ("container-restarted", other("containers", answers.containers(), Moment.BEFORE)),
    ("pod-not-replaced", other("containers", answers.containers(errands=("errand-first",)), _ENDURED)),
    ("pod-not-replaced", other("pods", answers.pods(), Moment.BEFORE)),
    ("operations-stopped", other("operations", {}, _ENDURED)),
]
