"""A control plane that one machine restored alone: what counts as asking, as alone, as new."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Outcome
from harness.verdict.regrowth import OneRevision
from tests.verdict import answers
from tests.verdict.answers import LOST, MASTER
from tests.verdict.edits import answering, edited, inserted, is_fact, planned_as
from tests.verdict.findings import PASSED, finding


def _is_ready(event: Event) -> bool:
    return event.kind is Kind.COMMAND and event.data["argv"] == ["kubectl", "get", "--raw", "/readyz"]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["kubectl", "delete", "node", LOST], "asked it: kubectl delete node on 'master1'"),
        (["kubeadm", "token", "create"], "asked it: kubeadm token create on 'master1'"),
        (["curl", "https://localhost:6443/readyz"], ""),
        (["etcdctl", "get", "/readyz"], ""),
    ],
)
def test_only_an_api_that_kubectl_was_told_to_be_ready_is_one_and_asking_it_before_is_told(
    argv: list[str], said: str
) -> None:
    early = inserted(PASSED, _is_ready, Kind.COMMAND, node=MASTER, argv=argv, status=0, seconds=0.0, stderr="")
    found = finding(early, "api-not-needed")
    assert found.cause.endswith(said)
    assert (found.outcome is Outcome.BROKEN) == bool(said)
    assert [early.events[seq].data["argv"] for seq in found.evidence if early.events[seq].kind is Kind.COMMAND] == [
        *([argv] if said else []),
        ["kubectl", "get", "--raw", "/readyz"],
    ]
    assert said or found.saw == "2 steps on 'master1' before the API was ready"


@pytest.mark.parametrize(("name", "url"), [(MASTER, "http://localhost:2380"), ("default", "https://10.77.0.11:2380")])
def test_a_member_with_the_right_name_or_the_right_peer_url_alone_is_not_the_right_one(name: str, url: str) -> None:
    alone = {"header": {"cluster_id": 7}, "members": [answers.member(name, url)]}
    cause = finding(answering(PASSED, "etcd-members", Moment.ALONE, alone), "single-member").cause
    assert cause == f"the restored member is '{name}' with the peer URL {url}, not 'master1' at https://10.77.0.11:2380"


def test_certificates_where_there_were_none_before_are_new() -> None:
    found = finding(answering(PASSED, "uploaded-certs", Moment.BEFORE, ""), "certificates-uploaded")
    assert found.saw == "the token that they end with was none and is bootstrap-token-ghijkl"


def test_an_etcd_of_the_same_cluster_that_answers_is_not_silent() -> None:
    def is_beside(event: Event) -> bool:
        return is_fact(event, "etcd-cluster", LOST, Moment.ALONE)

    (own,) = (event for event in PASSED.events if is_fact(event, "etcd-cluster", MASTER, Moment.ALONE))
    joined = edited(PASSED, is_beside, status=0, stdout=own.data["stdout"], stderr="")
    assert finding(PASSED, "one-cluster").saw == "cluster 7 on 'master1'; 'master2' silent"
    assert finding(joined, "one-cluster").saw == "cluster 7 on 'master1'; nobody silent"


def revisions(before: str, **after: str) -> History:
    """Static pods of programs on the one machine, all of one revision before, and each of its own after."""

    def told(program: str, revision: str) -> dict[str, Any]:
        one = answers.pod("kube-system", f"{program}-{MASTER}", ("Node", MASTER))
        one["metadata"]["annotations"] = {"kubedrill.io/redeployed-for": revision} if revision else {}
        return one

    history = answering(PASSED, "pods", Moment.BEFORE, json.dumps([told(program, before) for program in after]))
    now = [told(program, revision) for program, revision in after.items()]
    return planned_as(answering(history, "pods", Moment.RECOVERED, now), "one-revision", programs=[*after])


@pytest.mark.parametrize(
    ("history", "cause"),
    [
        (revisions("", etcd="a", kubelet="a"), ""),
        (revisions("old", etcd="a", kubelet="a"), ""),
        (revisions("", etcd="a", kubelet="b"), "several revisions: etcd-master1 of a and kubelet-master1 of b"),
        (revisions("", etcd="", kubelet="b"), "still of the revision of before: etcd-master1"),
        (revisions("old", etcd="", kubelet=""), "still of the revision of before: etcd-master1 and kubelet-master1"),
        (revisions("old", etcd="old", kubelet="b"), "still of the revision of before: etcd-master1"),
    ],
)
def test_the_control_plane_is_of_one_revision_and_of_another_than_before(history: History, cause: str) -> None:
    assert finding(history, "one-revision").cause == cause


def test_a_control_plane_is_etcd_the_api_server_and_its_two_managers() -> None:
    (programs,) = (one.default for one in dataclasses.fields(OneRevision) if one.name == "programs")
    assert programs == ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
