"""Containers in crictl's table: Kubedrill's stand-in, and cri-tools 1.34, which adds two columns and cuts ids short."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.facts import Output
from harness.facts.containers import CONTAINERS

RECORDED = Path(__file__).parent / "recorded"
STAND_IN = (RECORDED / "containers.txt").read_text()
KEEPER = "1c0ff126fe2ab2d74f73d9f912304dce3c7ef1d327ea32161510b4d66d8e9057"
CRI_TOOLS = (RECORDED / "containers-cri-tools.txt").read_text()


def told(text: str) -> Output:
    return Output(status=0, stdout=text)


def test_each_container_is_read_with_its_state_attempt_and_pod() -> None:
    found = CONTAINERS.parse(told(STAND_IN))
    assert [(one.id, one.state, one.attempt) for one in found.of(KEEPER)] == [
        ("d551f8db11a32", "exited", 0),
        ("1f67340896c7b", "running", 1),
    ]
    assert found.errand == ("exited",)
    assert {one.name for one in found.items if one.is_running} == {"canary", "kube-proxy", "test-pod", "kube-flannel"}


def test_the_table_of_cri_tools_is_read_as_well() -> None:
    (one,) = CONTAINERS.parse(told(CRI_TOOLS)).items
    assert (one.id, one.name, one.is_running, one.pod) == ("2f8a41c0be7d1", "canary", True, "abababababab1")
    assert CONTAINERS.parse(told(CRI_TOOLS)).of("abababababab1" + "0" * 51) == (one,)


def test_lines_without_a_word_are_no_containers() -> None:
    assert CONTAINERS.parse(told("\n" + STAND_IN.replace("\n", "\n \n"))) == CONTAINERS.parse(told(STAND_IN))


def test_a_machine_without_containers_has_none_and_a_complaint_is_no_table() -> None:
    assert CONTAINERS.parse(told(STAND_IN.splitlines()[0])).items == ()
    for complaint in ("crictl: no such verb", "CONTAINER IMAGE STATE NAME"):
        with pytest.raises(ValueError, match=f"not a table of containers: {complaint}"):
            CONTAINERS.parse(told(complaint))
    with pytest.raises(ValueError, match="not a table of containers: nothing"):
        CONTAINERS.parse(told("\n"))
    with pytest.raises(ValueError, match="connection refused"):
        CONTAINERS.parse(Output(status=1, stdout="", stderr="crictl: connection refused"))
