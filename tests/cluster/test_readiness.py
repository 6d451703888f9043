"""When a cluster counts as ready after all its machines have booted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from harness.clock import NotYet
from harness.cluster.readiness import (
    Boot,
    jobs_at_rest,
    led_since,
    members_ready,
    nodes_of_boots,
    pod_is_fine,
    pods_of_boots,
    static_pods,
    static_pods_told,
)
from harness.providers.seam import ClusterApi

BEGAN = datetime(2026, 11, 21, 10, 0, 0, 700_000, tzinfo=UTC)
BOOTS = {"master1": Boot(id="new", began=BEGAN)}


class Told:
    """An API that tells what it was told."""

    def __init__(self, *objects: dict[str, Any]) -> None:
        self._objects = objects

    def list(self, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
        assert namespace in (None, "kube-system")
        return [one for one in self._objects if one["kind"] == kind]

    def get(self, kind: str, name: str, namespace: str) -> dict[str, Any]:
        assert namespace == "kube-system"
        return next(one for one in self.list(kind) if one["metadata"]["name"] == name)


def api(*objects: dict[str, Any]) -> ClusterApi:
    return cast(ClusterApi, Told(*objects))


def node(boot: str, *, ready: str = "True") -> dict[str, Any]:
    status = {"nodeInfo": {"bootID": boot}, "conditions": [{"type": "Ready", "status": ready}]}
    return {"kind": "Node", "metadata": {"name": "master1"}, "status": status}


def pod(
    started: str = "", *, phase: str = "Running", ready: str = "True", on: str = "master1", owner: str = "ReplicaSet"
) -> dict[str, Any]:
    state = {"running": {"startedAt": started}} if started else {"waiting": {}}
    return {
        "kind": "Pod",
        "metadata": {"name": "pod", "ownerReferences": [{"kind": owner}]},
        "spec": {"nodeName": on},
        "status": {
            "phase": phase,
            "conditions": [{"type": "Ready", "status": ready}],
            "containerStatuses": [{"state": state}],
        },
    }


def lease(holder: str, renewed: str) -> dict[str, Any]:
    return {"kind": "Lease", "metadata": {"name": "boss"}, "spec": {"holderIdentity": holder, "renewTime": renewed}}


def test_a_node_counts_once_its_kubelet_has_spoken_of_this_boot() -> None:
    assert nodes_of_boots(api(node("new")), BOOTS) is True
    for objects in ([], [node("old")], [node("new", ready="False")], [{**node("new"), "status": {}}]):
        found = nodes_of_boots(api(*objects), BOOTS)
        assert isinstance(found, NotYet)
        assert "master1" in found.saw


@pytest.mark.parametrize("fine", [pod("2026-11-21T10:00:00Z"), pod("2026-11-21T10:00:09Z"), pod(phase="Succeeded")])
def test_a_pod_counts_when_its_containers_are_of_this_boot_or_its_work_is_done(fine: dict[str, Any]) -> None:
    assert pods_of_boots(api(fine, pod("2026-11-21T10:00:01Z")), BOOTS) is True


@pytest.mark.parametrize(
    "remembered",
    [
        pod("2026-11-21T09:59:59Z"),
        pod("2026-11-20T23:00:00Z"),
        pod(),
        pod("2026-11-21T10:00:09Z", ready="False"),
        pod("2026-11-21T10:00:09Z", on="elsewhere"),
    ],
)
def test_a_pod_that_the_api_only_remembers_does_not_count(remembered: dict[str, Any]) -> None:
    assert isinstance(pods_of_boots(api(remembered, pod("2026-11-21T10:00:01Z")), BOOTS), NotYet)
    assert isinstance(pods_of_boots(api(), BOOTS), NotYet)


def test_a_lease_counts_when_somebody_has_renewed_it_since() -> None:
    assert led_since(api(lease("new", "2026-11-21T10:00:03.123456Z")), ["boss"], BEGAN) is True
    for told in (lease("old", "2026-11-21T09:59:58.999999Z"), lease("", "2026-11-21T10:00:03.123456Z")):
        assert isinstance(led_since(api(told), ["boss"], BEGAN), NotYet)
    assert isinstance(led_since(api({**lease("", ""), "spec": {}}), ["boss"], BEGAN), NotYet)


def test_only_pods_of_jobs_that_are_at_work_on_these_nodes_are_waited_for() -> None:
    at_work = pod("2026-11-21T10:00:09Z", owner="Job")
    assert isinstance(jobs_at_rest(api(at_work), ["master1"]), NotYet)
    assert jobs_at_rest(api(at_work), ["worker1"]) is True
    others = (pod("2026-11-21T10:00:09Z"), pod(owner="Job", phase="Succeeded"), pod(owner="Job", phase="Failed"))
    assert jobs_at_rest(api(*others), ["master1"]) is True


@pytest.mark.parametrize(
    ("one", "fine"),
    [
        (pod("2026-11-21T10:00:00Z"), True),
        (pod(ready="False"), False),
        (pod(phase="Succeeded", ready="False"), True),
        (pod(phase="Failed", ready="False"), False),
        (pod(phase="Failed", ready="False", owner="Job"), True),
        (pod(phase="Pending", ready="False", owner="Job"), False),
    ],
)
def test_a_pod_is_fine_when_it_is_ready_or_has_ended_well_or_a_job_may_make_another(
    one: dict[str, Any], fine: bool
) -> None:
    assert pod_is_fine(one) is fine


def test_a_node_that_has_just_joined_is_waited_for_and_nobody_elses_is() -> None:
    joined = {**node("new", ready="False"), "metadata": {"name": "master2"}}
    assert members_ready(api(node("new"), joined), ["master1"]) is True
    waited = members_ready(api(node("new"), joined), ["master1", "master2", "master3"])
    assert isinstance(waited, NotYet)
    assert waited.saw == "not Ready: master2, master3"


def _node(name: str, uid: str) -> dict[str, Any]:
    return {"kind": "Node", "metadata": {"name": name, "uid": uid}}


def _static(name: str, uid: str, owner: str = "Node") -> dict[str, Any]:
    return {"kind": "Pod", "metadata": {"name": name, "ownerReferences": [{"kind": owner, "uid": uid}]}}


def test_a_static_pod_that_a_deleted_node_left_behind_does_not_count_for_its_successor() -> None:
    there = api(
        _node("master1", "new"),
        _node("master2", "two"),
        _static("etcd-master1", "new"),
        _static("kube-apiserver-master1", "old"),
        _static("etcd-master2", "two"),
        _static("kube-proxy-master1", "new", "DaemonSet"),
        {"kind": "Pod", "metadata": {"name": "bare"}},
    )
    assert static_pods(there, "master1") == {"etcd"}
    assert static_pods_told(there, "master1", ["etcd"]) is True
    found = static_pods_told(there, "master1", ["etcd", "kube-apiserver"])
    assert isinstance(found, NotYet)
    assert found.saw == "not told by 'master1': kube-apiserver"
    assert static_pods(api(_static("etcd-master1", "new")), "master1") == frozenset()
