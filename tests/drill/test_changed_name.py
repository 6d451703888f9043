"""A control plane under another name: another Node, another member of etcd, and no ghost of the old one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.facts import Output
from harness.facts.objects import OBJECTS, KubeObject
from harness.journal import History, Kind
from harness.verdict import judge
from tests.drill.test_recoveries import in_order, once, typed


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A machine that came back under another name."""
    return once("changed-name", tmp_path_factory.mktemp("told"))


def told(history: History, moment: str) -> list[KubeObject]:
    """The chosen objects at a moment."""
    (fact,) = history.of(Kind.FACT, fact="objects", moment=moment)
    return list(OBJECTS.parse(Output(status=0, stdout=fact.data["stdout"])))


def pods(history: History) -> list[dict[str, Any]]:
    """The pods after the recovery."""
    (fact,) = history.of(Kind.FACT, fact="pods", moment="recovered")
    return list(json.loads(fact.data["stdout"]))


def test_each_place_that_told_the_old_name_tells_the_new_one(history: History) -> None:
    verdict = judge(history)
    assert verdict.passed, verdict.cause
    saw = {one.check: one.saw for one in verdict.findings}
    assert saw["name-moved"] == "7 places told 'master1' and tell 'master9'"
    assert saw["etcd-members"].startswith("master9 at ")
    assert saw["node-taints-and-labels"].endswith("master9 and worker1")
    assert verdict.join_hash_before == verdict.join_hash_after


def test_the_ghost_is_called_ready_until_somebody_clears_up_after_it(history: History) -> None:
    (found,) = (one.cause for one in judge(history).findings if one.check == "ghost-diagnosed")
    assert found.startswith("no machine is the Node 'master1': it is called Ready still, ")
    assert in_order(history, "--name master9", "kubeadm init --config", "delete node master1", "delete pods", "sync")


def test_a_volume_of_the_old_name_is_made_anew_and_its_claim_stays(history: History) -> None:
    assert in_order(history, "delete pods", "delete persistentvolume bound", "patch persistentvolume bound", "create")
    before, after = ({one.title: one for one in told(history, moment)} for moment in ("before", "recovered"))
    volume, claim = "PersistentVolume bound", "PersistentVolumeClaim drill/bound"
    assert before[volume].uid != after[volume].uid
    assert before[claim].uid == after[claim].uid
    (pod,) = [line for line in pods(history) if line["metadata"]["name"].startswith("bound-")]
    assert pod["spec"]["nodeName"] == "master9"


def test_volumes_of_other_nodes_are_left_alone(history: History) -> None:
    assert not [
        line for line in typed(history) if "persistentvolume" in line and ("ledger" in line or "keeper" in line)
    ]


def test_only_the_pods_of_the_ghost_are_ended_by_force(history: History) -> None:
    (line,) = [line for line in typed(history) if "--force" in line and "delete pods" in line]
    assert "--field-selector=spec.nodeName=master1" in line


def test_a_worker_that_calls_the_address_never_notices(history: History) -> None:
    start, end = (history.last(Kind.RECOVERY, state=state) for state in ("start", "end"))
    assert start is not None
    assert end is not None
    assert not [one for one in history.of(Kind.COMMAND, node="worker1") if start.seq < one.seq < end.seq]
    assert judge(history).rto.workload_seconds == 0
