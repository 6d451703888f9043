"""Stories that break or starve the checks of fault and recovery."""

from __future__ import annotations

from harness.facts import Moment
from harness.journal import History, Kind
from tests.verdict import answers
from tests.verdict.edits import answering, edited, without
from tests.verdict.spoils import Break, Idle, other


def failing_recovery(history: History) -> History:
    history = answering(history, "pki-files", Moment.RECOVERED, answers.pki_files("ca.crt", "sa.key", "sa.pub"))
    return edited(
        history,
        lambda e: e.kind is Kind.RECOVERY and e.data["state"] == "end",
        state="failed",
        cause="kubeadm init ended with status 1",
        stderr="error execution phase certs/apiserver: failure loading certificate for API server",
    )


BROKEN: list[Break] = [
    (
        "fault-bit",
        other("os-disk", {"slot": "a", "serial": "kd-a"}, Moment.FAULTED),
        ("did not bite", "'os-disk'", "still a"),
    ),
    (
        "fault-bit",
        lambda h: without(h, lambda e: e.kind is Kind.PROBE and e.data["probe"] == "api-write" and not e.data["ok"]),
        ("the API never refused a write",),
    ),
    (
        "control-plane-stopped",
        other("pod-sandboxes", {"items": answers.sandboxes()}, Moment.STOPPED),
        ("etcd-master1 ran still on 'master1'",),
    ),
    (
        "recovery-completed",
        failing_recovery,
        ("kubeadm init ended", "failure loading", "no /etc/kubernetes/pki/ca.key"),
    ),
]
VACUOUS: list[Idle] = [
    ("control-plane-stopped", other("pod-sandboxes", {"items": answers.sandboxes()[1:]}, Moment.BEFORE)),
]
