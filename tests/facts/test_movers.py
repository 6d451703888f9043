"""Workloads that may have to move, as machines tell of them."""

from __future__ import annotations

import json

import pytest

from harness.facts.fact import Output
from harness.facts.movers import DRAIN_REFUSED, MOVERS_THERE, POD_BYTES

REFUSED = """error: unable to drain node "worker2" due to error: [cannot delete DaemonSet-managed Pods (use \
--ignore-daemonsets to ignore): kube-system/kube-proxy-2t49d, cannot delete Pods with local storage (use \
--delete-emptydir-data to override): moving/stray], continuing command...
There are pending nodes to be drained:
 worker2
"""


def box(namespace: str, name: str, state: str = "SANDBOX_READY") -> dict[str, object]:
    return {"id": f"b-{name}", "metadata": {"name": name, "namespace": namespace, "uid": "u"}, "state": state}


def test_only_movers_that_run_are_told() -> None:
    boxes = [
        box("moving", "rooted-0", "SANDBOX_NOTREADY"),
        box("moving", "rooted-0"),
        box("moving", "lone-7b4c4bbc9-2df7t"),
        box("kube-system", "kube-proxy-cf49f"),
    ]
    told = MOVERS_THERE.parse(Output(status=0, stdout=json.dumps({"items": boxes})))
    assert told == ("lone-7b4c4bbc9-2df7t", "rooted-0")


def test_a_machine_without_any_tells_of_none() -> None:
    assert MOVERS_THERE.parse(Output(status=0, stdout='{"items": []}')) == ()
    assert POD_BYTES.parse(Output(status=0, stdout="")) == ()


def test_a_refusal_is_told_in_kubectls_own_words() -> None:
    said = DRAIN_REFUSED.parse(Output(status=1, stdout="node/worker2 cordoned\n", stderr=REFUSED))
    assert "--delete-emptydir-data to override): moving/stray" in said
    assert "\n" not in said


@pytest.mark.parametrize(("status", "stderr"), [(0, ""), (1, "error: stat /etc/kubernetes/admin.conf: no such file")])
def test_neither_a_drain_that_went_through_nor_another_trouble_is_a_refusal(status: int, stderr: str) -> None:
    with pytest.raises(ValueError, match="it was not refused"):
        DRAIN_REFUSED.parse(Output(status=status, stdout="node/worker2 drained\n", stderr=stderr))
