"""Stories that break or starve the checks of what was beyond kubeadm's defaults."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict.spoils import Break, Idle, other

_PENDING = {"ok": False, "saw": "the pod is 'Pending'"}
BROKEN: list[Break] = [
    ("second-scheduler", other("second-scheduler", _PENDING), ("the second scheduler is gone", "'Pending'")),
    (
        "admission",
        other("admission", {"admitted": "u"}, status=0, stderr=""),
        ("a privileged pod is admitted now", "admission configuration"),
    ),
    (
        "admission",
        other("admission", "", stderr='violates PodSecurity "restricted:latest"'),
        ('is violates PodSecurity "restricted:latest"',),
    ),
    (
        "kubelet-settings",
        other("kubelet-settings", {"kubeletconfig": {"maxPods": 110}}),
        ("in the kubelet of 'master1' maxPods was 48 and is 110",),
    ),
]
VACUOUS: list[Idle] = [
    ("second-scheduler", other("second-scheduler", _PENDING, Moment.BEFORE)),
    ("admission", other("admission", {"admitted": "u"}, Moment.BEFORE, status=0, stderr="")),
]
