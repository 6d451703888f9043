"""What stands at the border of what a parser takes, on either side of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.facts import Output
from harness.facts.config import CLUSTER_INFO, KUBEADM_CONFIG, KUBELET_SETTINGS
from harness.facts.disk import ETCD_DISK
from harness.facts.etcd import ETCD_LEADER, ETCD_MEMBERS, LED, NO_LEADER
from harness.facts.join import JOIN, JOIN_COMMAND, JOIN_EXPIRED_TOKEN, JOIN_MEANWHILE, JOIN_WRONG_HASH, UPLOADED_CERTS
from harness.facts.leadership import LEADERSHIPS, Office
from harness.facts.objects import LATE_OBJECT, NAMESPACES, NODES, OBJECTS, PODS, SPARE_NODE
from harness.facts.parted import ETCD_PARTED_WRITE
from harness.facts.pki import PKI_FILES
from harness.facts.vault import VAULT_CONTENT
from tests.verdict.answers import HASH, join_command, node, objects, pod
from tests.verdict.vault import listing, name_of


def said(stdout: object = "", status: int = 0, stderr: str = "") -> Output:
    return Output(status=status, stdout=stdout if isinstance(stdout, str) else json.dumps(stdout), stderr=stderr)


def test_a_kubelet_without_settings_has_not_answered() -> None:
    assert KUBELET_SETTINGS.parse(said({"kubeletconfig": {"maxPods": 48}})).values == {"maxPods": "48"}
    with pytest.raises(ValueError, match="a kubelet without settings"):
        KUBELET_SETTINGS.parse(said({"kubeletconfig": {}}))


def started(*times: str | None) -> str:
    told = pod("test-ns", "test-pod", None)
    states = [{"running": {"startedAt": time}} if time else {"terminated": {}} for time in times]
    told["status"]["containerStatuses"] = [{"name": f"c{n}", "state": state} for n, state in enumerate(states)]
    return PODS.parse(said([told]))[0].started


def test_a_pod_started_when_its_last_container_did() -> None:
    early, late = "2026-03-01T02:59:00Z", "2026-03-01T03:00:00Z"
    assert started(early, late) == started(late, early) == late
    assert started(None, early) == early
    assert started(None) == started() == ""


@pytest.mark.parametrize(
    ("phase", "condition", "status", "is_ready"),
    [
        ("Running", "Ready", "True", True),
        ("Running", "Ready", "False", False),
        ("Running", "Ready", "Unknown", False),
        ("Running", "Initialized", "True", False),
        ("Pending", "Ready", "True", False),
    ],
)
def test_a_pod_is_ready_when_it_runs_and_says_so(phase: str, condition: str, status: str, is_ready: bool) -> None:
    told = pod("test-ns", "test-pod", None)
    told["status"] |= {"phase": phase, "conditions": [{"type": condition, "status": status}]}
    (found,) = PODS.parse(said([told]))
    assert (found.is_ready, found.title, found.owner) == (is_ready, "test-ns/test-pod", None)


def test_a_node_is_ready_by_the_one_condition_that_says_so_among_others() -> None:
    told = node("a", [])
    others = [{"type": "MemoryPressure", "status": "False"}, {"type": "DiskPressure", "status": "Unknown"}]
    told["status"]["conditions"] = [others[0], {"type": "Ready", "status": "True"}, others[1]]
    assert NODES.parse(said([told]))[0].is_ready
    told["status"]["conditions"] = others
    assert not NODES.parse(said([told]))[0].is_ready


def test_whoever_leads_is_on_a_machine_whatever_a_lease_adds_to_its_name() -> None:
    reign = LEADERSHIPS[Office.SCHEDULER].parse(said({"holder": "master-1_0f6c2a77", "number": 2, "of": "u"}))
    assert (reign.holder, reign.machine) == ("master-1_0f6c2a77", "master-1")
    with pytest.raises(ValueError, match="nobody leads: kube-scheduler"):
        LEADERSHIPS[Office.SCHEDULER].parse(said({"holder": "", "number": 2, "of": "u"}))


def test_the_first_owner_of_a_pod_is_its_owner() -> None:
    told = pod("test-ns", "test-pod", ("ReplicaSet", "first"))
    told["metadata"]["ownerReferences"].append({"kind": "Job", "name": "second", "uid": "u"})
    owner = PODS.parse(said([told]))[0].owner
    assert owner is not None
    assert (owner.kind, owner.name) == ("ReplicaSet", "first")


def test_a_list_is_in_the_order_of_names_whatever_the_api_says_first() -> None:
    pods = [pod("b", "a", None), pod("a", "b", None), pod("a", "a", None)]
    assert [one.title for one in PODS.parse(said(pods))] == ["a/a", "a/b", "b/a"]
    assert [one.metadata.name for one in NODES.parse(said([node("b", []), node("a", [])]))] == ["a", "b"]
    titles = [one.title for one in OBJECTS.parse(said([*reversed(objects())]))]
    assert titles == sorted(titles)


def test_only_404_is_the_answer_that_something_is_gone() -> None:
    assert LATE_OBJECT.parse(said("", 404)) is None
    assert LATE_OBJECT.parse(said({"uid": "u-1"}, 0)) == "u-1"
    assert SPARE_NODE.parse(said("", 404)) is None
    for fact in (LATE_OBJECT, SPARE_NODE):
        for status in (403, 405, 500, 1):
            with pytest.raises(ValueError):
                fact.parse(said("", status))


def test_a_cluster_without_namespaces_has_not_answered() -> None:
    assert NAMESPACES.parse(said("namespace/default\nnamespace/b\n")) == ("default", "b")
    with pytest.raises(ValueError, match="a cluster without namespaces"):
        NAMESPACES.parse(said("\n"))


def test_a_join_command_needs_its_endpoint_and_its_hash() -> None:
    whole = join_command(HASH)
    found = JOIN_COMMAND.parse(said(whole))
    assert (found.endpoint, found.join_hash) == ("10.77.0.100:6443", HASH)
    for half in (whole.partition("--discovery")[0], whole.removeprefix("kubeadm join 10.77.0.100:6443")):
        with pytest.raises(ValueError, match="not a join command with a hash"):
            JOIN_COMMAND.parse(said(half))


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (said("joined\n", 0), "joined"),
        (said("out\n", 1, "first\n\nlast\n \n"), "last"),
        (said("out\n", 1, "error one\nlast"), "error one"),
        (said("out\n", 1, "Error one\nerror two\nlast"), "error two"),
        (said("out only\n", 1, " \n"), "out only"),
        (said("", 1), ""),
    ],
)
def test_the_last_words_of_a_join_are_its_error_and_else_its_last_line(output: Output, words: str) -> None:
    found = JOIN.parse(output)
    assert (found.joined, found.said) == (output.status == 0, words)


@pytest.mark.parametrize("fact", [JOIN_EXPIRED_TOKEN, JOIN_MEANWHILE, JOIN_WRONG_HASH], ids=lambda fact: fact.name)
def test_a_join_that_should_be_refused_and_fails_for_another_reason_is_no_answer(fact: object) -> None:
    assert fact.parse(said("joined\n")).joined is True  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="the join failed, but not"):
        fact.parse(said("", 1, "error: no space left on device"))  # type: ignore[attr-defined]


def test_uploaded_certificates_end_with_their_token_or_are_not_there() -> None:
    assert UPLOADED_CERTS.parse(said("bootstrap-token-abcdef\n")) == "bootstrap-token-abcdef"
    assert UPLOADED_CERTS.parse(said("\n")) == ""
    with pytest.raises(ValueError):
        UPLOADED_CERTS.parse(said("", 1))


def test_of_what_a_command_says_the_error_counts_and_not_what_comes_after_it() -> None:
    words = "Error: context deadline exceeded"
    assert ETCD_PARTED_WRITE.parse(said("", 1, f"{words}\nsee the log\n")).said == words


def test_each_line_that_a_listing_complains_with_has_to_be_about_what_vanished() -> None:
    gone = f"find: ‘/srv/vault/backups/{name_of('03:00:00')}’: No such file or directory\n"
    told = listing(("03:00:15", True))
    for complaint in (f"{gone}find: permission denied\n", f"find: permission denied\n{gone}", ""):
        with pytest.raises(ValueError, match="could not be listed"):
            VAULT_CONTENT.parse(said(told, 1, complaint))
    assert len(VAULT_CONTENT.parse(said(told, 1, gone + gone))) == 1


@pytest.mark.parametrize(
    ("fact", "stdout", "words"),
    [
        (CLUSTER_INFO, {"data": {"kubeconfig": "clusters: []"}}, "a kubeconfig without a cluster"),
        (KUBEADM_CONFIG, {"data": {}}, "a configuration without settings"),
        (ETCD_DISK, {"filesystems": []}, "lists no file system and yet succeeded"),
        (ETCD_MEMBERS, {"header": {"cluster_id": 7}, "members": []}, "a cluster without members"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_an_answer_that_is_empty_where_something_has_to_be_is_none(fact: Any, stdout: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fact.parse(said(stdout))


def test_a_member_follows_a_leader_where_each_state_names_one() -> None:
    def states(*leaders: int) -> Output:
        header = {"cluster_id": 7, "member_id": 1, "raft_term": 2}
        return said([{"Endpoint": "e", "Status": {"header": header, "leader": leader}} for leader in leaders])

    assert ETCD_LEADER.parse(states(1)) == ETCD_LEADER.parse(states(1, 2)) == LED
    assert ETCD_LEADER.parse(states(0)) == ETCD_LEADER.parse(states(1, 0)) == NO_LEADER
    with pytest.raises(ValueError):
        ETCD_LEADER.parse(states())


def test_a_file_is_told_by_its_path() -> None:
    (found,) = PKI_FILES.parse(said("600 root /etc/kubernetes/pki/ca.key\n"))
    assert str(found) == "/etc/kubernetes/pki/ca.key"


def test_only_a_manifest_tells_when_a_backup_was_taken() -> None:
    (half,) = VAULT_CONTENT.parse(said(listing(("03:00:19", False))))
    with pytest.raises(ValueError, match="has no manifest, which alone tells when it was taken"):
        assert half.taken
