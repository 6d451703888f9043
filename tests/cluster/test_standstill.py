"""What is done before a cluster's machines are shut down together."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from harness.clock import NotYet
from harness.cluster.cluster import Cluster
from harness.cluster.standstill import bring_to_rest
from harness.facts.fact import Output
from harness.spec import Role, parse_shape


@dataclass(slots=True)
class Spoken:
    """A machine that only listens."""

    name: str
    said: list[tuple[str, ...]]

    def run(self, argv: Sequence[str]) -> Output:
        self.said.append((self.name, *argv))
        return Output(status=0, stdout="")

    attempt = run


class Working:
    """An API whose jobs are done after some looks."""

    def __init__(self, looks: int, said: list[tuple[str, ...]]) -> None:
        self._looks = looks
        self._said = said

    def list(self, kind: str) -> list[dict[str, Any]]:
        self._looks -= 1
        self._said.append(("api", kind))
        metadata = {"name": "tick", "ownerReferences": [{"kind": "Job"}]}
        phase = "Running" if self._looks >= 0 else "Succeeded"
        return [{"metadata": metadata, "spec": {"nodeName": "worker1"}, "status": {"phase": phase}}]


def at_rest(shape: str, looks: int = 0) -> list[tuple[str, ...]]:
    """All that was asked of machines and API, in order."""
    said: list[tuple[str, ...]] = []
    lab = parse_shape(shape)
    nodes = {node.name: Spoken(node.name, said) for node in lab.nodes}

    def of_role(role: Role) -> tuple[Spoken, ...]:
        return tuple(nodes[node.name] for node in lab.of_role(role))

    def await_state(what: str, check: Callable[[], bool | NotYet], budget: object) -> None:  # noqa: ARG001
        while isinstance(check(), NotYet):
            pass

    masters, workers = of_role(Role.CONTROL_PLANE), of_role(Role.WORKER)
    cluster = SimpleNamespace(
        api=Working(looks, said),
        master=masters[0],
        members=(*masters, *workers),
        workers=workers,
        of_role=of_role,
        await_state=await_state,
    )
    bring_to_rest(cast(Cluster, cluster))
    return said


def test_a_lease_is_handed_back_when_nobody_is_left_who_could_take_it() -> None:
    said = at_rest("3+1")
    kills = [number for number, words in enumerate(said) if words[1] == "pkill"]
    patches = [number for number, words in enumerate(said) if words[1] == "kubectl"]
    assert {said[number][0] for number in kills} == {"master1", "master2", "master3"}
    assert max(kills) < min(patches)
    assert [said[number][4] for number in patches] == ["kube-controller-manager", "kube-scheduler"]
    assert all(json.loads(said[number][-1])["spec"]["holderIdentity"] == "" for number in patches)


def test_kubelet_is_stopped_before_what_it_would_start_again() -> None:
    said = [words for words in at_rest("1+1") if words[0] == "master1"]
    assert said[0][1:] == ("systemctl", "stop", "kubelet.service")
    # The kernel keeps fifteen letters of a name, and pkill finds no longer one.
    assert [words[-1] for words in said if words[1] == "pkill"] == ["kube-controller", "kube-scheduler"]


def test_a_job_at_work_is_waited_for_before_anything_is_stopped() -> None:
    said = at_rest("1+1", looks=3)
    assert said[:4] == [("api", "Pod")] * 4
    assert said[4][1] == "systemctl"
