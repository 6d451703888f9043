"""Workloads that had to leave a machine, in a drill that went well."""

from __future__ import annotations

from typing import Any

from harness.facts import CLUSTER, Moment
from tests.verdict.answers import LOST, MASTER, STARTED, pod
from tests.verdict.telling import Story

#: The machine that they left.
HOME = LOST
REFUSED = (
    "error: unable to drain node due to error: [cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to"
    " ignore): kube-system/kube-proxy-1, cannot delete Pods with local storage (use --delete-emptydir-data to"
    " override): moving/stray]\n"
)
BYTES = "/var/lib/kubelet/pods/u-stray/volumes/kubernetes.io~empty-dir/data/ticks\n"
_BEGAN = {Moment.BEFORE: STARTED, Moment.REBOOTED: "2026-03-01T03:00:55Z"}


def mover(
    name: str, node: str, *, uid: str = "", ending: bool = False, ready: bool = True, began: str = STARTED
) -> dict[str, Any]:
    """One pod of a workload that may have to move."""
    told = pod("moving", name, None, ready=ready and not ending, started=began)
    told["metadata"] |= {"labels": {"app": name.partition("-")[0]}, "uid": uid or f"u-{name}"}
    told["spec"]["nodeName"] = node
    if ending:
        told["metadata"]["deletionTimestamp"] = STARTED
    return told


def movers(moment: str) -> list[dict[str, Any]]:
    """Where they are at a moment."""
    began = _BEGAN.get(Moment(moment), "2026-03-01T03:00:40Z")
    gone, first = moment == Moment.ENDURED, moment == Moment.BEFORE
    if first or gone:
        at_home = [mover(name, HOME, ending=gone) for name in ("pair-1", "lone-1", "rooted-0", "stray")]
    else:
        at_home = [mover("rooted-0", HOME, uid="u-rooted-anew", began=began)]
    moved = [] if first else ["pair-3", "lone-2"]
    return [*at_home, *(mover(name, MASTER, began=began) for name in ("pair-2", *moved))]


def there(*names: str) -> dict[str, Any]:
    """What the container runtime of a machine says of them."""
    boxes = [{"name": name, "namespace": "moving", "uid": f"u-{name}"} for name in names]
    return {"items": [{"id": f"b-{one['name']}", "metadata": one, "state": "SANDBOX_READY"} for one in boxes]}


def ask_movers(story: Story) -> None:
    """What is asked of the machines about them."""
    story.fact("pod-bytes", HOME, Moment.BEFORE, BYTES)
    story.fact("drain-refused", MASTER, Moment.FAULTED, "", status=1, stderr=REFUSED)
    story.fact("pods", CLUSTER, Moment.ENDURED, movers(Moment.ENDURED))
    story.fact("movers-there", MASTER, Moment.ENDURED, there("pair-2", "pair-3", "lone-2"))
    story.fact("movers-there", HOME, Moment.ENDURED, there("pair-1", "lone-1", "rooted-0", "stray"))
    story.fact("movers-there", MASTER, Moment.RECOVERED, there("pair-2", "pair-3", "lone-2"))
    story.fact("movers-there", HOME, Moment.RECOVERED, there("rooted-0"))
    story.fact("pod-bytes", HOME, Moment.RECOVERED, "")
