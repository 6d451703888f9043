"""Stories that break or starve the checks of pods."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict import answers
from tests.verdict.spoils import Break, Idle, other

UNREADY = [answers.pod("kube-system", "coredns-66bc5c9577-abcde", ("ReplicaSet", "coredns-66bc5c9577"), ready=False)]
BROKEN: list[Break] = [
    (
        "add-ons-running",
        other("pods", [*answers.pods(), *UNREADY]),
        ("not running and ready: kube-system/coredns-66bc5c9577-abcde",),
    ),
    (
        "add-ons-running",
        other("pods", [p for p in answers.pods() if p["metadata"]["namespace"] != "kube-flannel"]),
        ("kube-flannel-ds (0 of 1)",),
    ),
    (
        "no-orphans",
        other("pods", [p for p in answers.pods() if p["metadata"]["name"] != "test-pod"]),
        ("'master1' runs test-ns/test-pod", "does not know"),
    ),
]
BROKEN += [
    (
        "workloads-untouched",
        other("pod-sandboxes", {"items": [{**box, "id": "new"} for box in answers.sandboxes()]}),
        ("test-ns/test-pod stopped on 'master1' by 'recovered'",),
    ),
    (
        "workloads-untouched",
        other("pods", answers.pods("2026-03-01T03:00:20Z")),
        ("containers of test-ns/test-pod were started anew by 'recovered'",),
    ),
]
VACUOUS: list[Idle] = [
    ("add-ons-running", other("pods", answers.pods()[:1], Moment.BEFORE)),
    ("no-orphans", other("pod-sandboxes", {"items": []})),
    ("workloads-untouched", other("pod-sandboxes", {"items": []}, Moment.BEFORE)),
]
