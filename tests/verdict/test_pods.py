"""Pods of before run again, or ended well."""

from __future__ import annotations

from typing import Any

import pytest

from harness.facts import Moment
from harness.journal import History, Kind
from harness.verdict import Outcome, planned
from tests.verdict import answers
from tests.verdict.edits import answering, edited, planned_as
from tests.verdict.findings import PASSED, finding
from tests.verdict.spoils import other


def test_a_pod_that_ended_well_is_no_trouble_but_stands_for_no_running_one() -> None:
    ended = answers.pod("test-ns", "newcomer", None, ready=False)
    ended["status"]["phase"] = "Succeeded"
    assert finding(other("pods", [*answers.pods(), ended])(PASSED), "add-ons-running").outcome is Outcome.HELD
    instead = answers.pods()
    instead[3]["status"] = ended["status"]
    assert "test-ns/test-pod (0 of 1)" in finding(other("pods", instead)(PASSED), "add-ons-running").cause


def boxes(*more: dict[str, Any], moment: str = Moment.RECOVERED) -> History:
    return answering(PASSED, "pod-sandboxes", moment, {"items": [*answers.sandboxes(), *more]})


@pytest.mark.parametrize(
    ("box", "outcome"),
    [
        (answers.sandbox("test-ns", "stranger", "u-stranger"), Outcome.BROKEN),
        # A pod of the API has its UID from there, whatever its name.
        (answers.sandbox("test-ns", "test-pod", "u-older"), Outcome.BROKEN),
        (answers.sandbox("kube-system", "ghost-master1", "6f7d1c", "file"), Outcome.BROKEN),
        (answers.sandbox("kube-system", "etcd-master1", "another", "file"), Outcome.HELD),
        ({**answers.sandbox("test-ns", "stranger", "u-x"), "state": "SANDBOX_NOTREADY"}, Outcome.HELD),
    ],
)
def test_only_a_static_pod_is_known_by_its_name(box: dict[str, Any], outcome: Outcome) -> None:
    assert finding(boxes(box), "no-orphans").outcome is outcome


def told(*more: dict[str, Any], moment: str = Moment.RECOVERED, less: int = 0) -> History:
    return answering(PASSED, "pods", moment, [*answers.pods()[: 4 - less], *more])


def test_a_pod_that_ended_well_is_neither_missed_nor_a_stand_in() -> None:
    ended = answers.pod("test-ns", "over", None, ready=False)
    ended["status"]["phase"] = "Succeeded"
    assert finding(told(ended, moment=Moment.BEFORE), "add-ons-running").outcome is Outcome.HELD
    assert finding(told(ended), "add-ons-running").outcome is Outcome.HELD
    alone = {**ended, "metadata": {**ended["metadata"], "name": "test-pod"}}
    assert "pods are missing: pod test-ns/test-pod (0 of 1)" in finding(told(alone, less=1), "add-ons-running").cause


def test_a_pod_of_a_job_or_of_another_namespace_need_not_run() -> None:
    for odd in (answers.errand("errand-9", ready=False), answers.pod("elsewhere", "one", None, ready=False)):
        assert finding(told(odd), "add-ons-running").outcome is Outcome.HELD
    odd = answers.pod("test-ns", "waiting", None, ready=False)
    del odd["status"]["phase"]
    assert "not running and ready: test-ns/waiting (no phase)" in finding(told(odd), "add-ons-running").cause


def test_each_controller_has_as_many_pods_as_before() -> None:
    def replicas(*names: str, hash_of: str = "66bc5c9577") -> list[dict[str, Any]]:
        return [answers.pod("kube-system", name, ("ReplicaSet", f"coredns-{hash_of}")) for name in names]

    before = told(*replicas("coredns-b"), moment=Moment.BEFORE)
    fewer = finding(before, "add-ons-running").cause
    assert fewer == "pods are missing: Deployment kube-system/coredns (1 of 2)"
    rolled = answering(before, "pods", Moment.RECOVERED, [*answers.pods(), *replicas("coredns-c", hash_of="7f")])
    assert finding(rolled, "add-ons-running").outcome is Outcome.HELD
    more = answering(PASSED, "pods", Moment.RECOVERED, [*answers.pods(), *replicas("coredns-c")])
    assert finding(more, "add-ons-running").outcome is Outcome.HELD


def test_a_static_pod_of_a_machine_with_another_name_is_the_same_pod() -> None:
    renamed = planned_as(PASSED, "add-ons-running", renamed={"master1": "master9"})
    assert "pod kube-system/etcd-master9 (0 of 1)" in finding(renamed, "add-ons-running").cause
    now = answers.pods()
    now[0] = answers.pod("kube-system", "etcd-master9", ("Node", "master9"))
    assert finding(answering(renamed, "pods", Moment.RECOVERED, now), "add-ons-running").outcome is Outcome.HELD


def test_a_workload_is_untouched_when_its_sandbox_and_its_containers_are_those_of_before() -> None:
    gone = answering(PASSED, "pod-sandboxes", Moment.RECOVERED, {"items": answers.sandboxes()[:2]})
    assert finding(gone, "workloads-untouched").cause == "test-ns/test-pod stopped on 'master1' by 'recovered'"
    anew = told(answers.pod("test-ns", "test-pod", None, started="2026-03-01T03:00:30Z"), less=1)
    assert (
        finding(anew, "workloads-untouched").cause == "containers of test-ns/test-pod were started anew by 'recovered'"
    )
    unknown = told(less=1)
    assert "were started anew" in finding(unknown, "workloads-untouched").cause
    ignored = planned_as(gone, "workloads-untouched", ignoring=["pod test-ns/test-pod"])
    assert "no workload ran on 'master1' before the fault" in finding(ignored, "workloads-untouched").cause
    elsewhere = planned_as(gone, "workloads-untouched", namespaces=["kube-flannel"])
    assert finding(elsewhere, "workloads-untouched").outcome is Outcome.ERRORED


def test_a_sandbox_that_is_listed_and_does_not_run_has_stopped() -> None:
    boxes = answers.sandboxes()
    boxes[2] = {**boxes[2], "state": "SANDBOX_NOTREADY"}
    found = finding(answering(PASSED, "pod-sandboxes", Moment.RECOVERED, {"items": boxes}), "workloads-untouched")
    assert found.cause == "test-ns/test-pod stopped on 'master1' by 'recovered'"


def test_the_pod_of_a_job_may_end_meanwhile() -> None:
    box = answers.sandbox("test-ns", "errand-first", "u-errand-first")
    story = answering(PASSED, "pod-sandboxes", Moment.BEFORE, {"items": [*answers.sandboxes(), box]})
    assert finding(story, "workloads-untouched").outcome is Outcome.HELD


def test_the_add_ons_are_those_of_kubernetes_and_of_its_network_unless_others_are_named() -> None:
    plan = edited(PASSED, lambda event: event.kind is Kind.PLAN, checks=[planned("add-ons-running")])
    assert finding(plan, "add-ons-running").saw.endswith("running and ready in kube-system and kube-flannel")
