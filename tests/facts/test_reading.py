"""What every fact says of output that is no answer, and how it is told on one line."""

from __future__ import annotations

import base64
import json

import pytest

from harness.facts import Output
from harness.facts.config import CLUSTER_INFO, KUBEADM_CONFIG
from harness.facts.etcd import ETCD_MEMBERS
from harness.facts.identity import HOSTNAME
from harness.facts.reading import shortened
from tests.verdict.answers import CA, cluster_info


def said(stdout: object = "", status: int = 0, stderr: str = "") -> Output:
    return Output(status=status, stdout=stdout if isinstance(stdout, str) else json.dumps(stdout), stderr=stderr)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (said("", 1), "status 1 instead of an answer; it said: nothing"),
        (said("out\n", 2), "status 2 instead of an answer; it said: out"),
        (said("out\n", 2, "err\n"), "status 2 instead of an answer; it said: err"),
    ],
)
def test_a_command_that_failed_is_told_with_its_status_and_its_words(output: Output, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{words}$"):
        HOSTNAME.parse(output)


def test_of_json_that_does_not_fit_the_first_place_is_named_and_nothing_else_of_it() -> None:
    with pytest.raises(ValueError, match=r"^'members\.0\.ID': Field required; it was: "):
        ETCD_MEMBERS.parse(said({"header": {}, "members": [{"name": "a"}, {}]}))
    with pytest.raises(ValueError, match=r"; it was: empty$"):
        ETCD_MEMBERS.parse(said(""))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  one\n\ttwo ", "one two"),
        ("a \x1b[31mred\x1b[0m word", "a red word"),
        ("a bell\x07 and a \x1b]0;title\x07name", "a bell and a name"),
        ("é" * 160, "é" * 160),
        ("é" * 161, "é" * 160 + "…"),
    ],
)
def test_words_stand_on_one_line_that_a_terminal_can_show(text: str, told: str) -> None:
    assert shortened(text) == told


def test_settings_are_the_same_in_whatever_order_they_are_written_and_are_read_as_they_are() -> None:
    orders = ("- b: Zürich\n  a: 1\n", "- a: 1\n  b: Zürich\n")
    told = [dict(KUBEADM_CONFIG.parse(said({"data": {"x": f"list:\n{one}"}})).values) for one in orders]
    assert told == [{"list": '[{"a": 1, "b": "Zürich"}]'}] * 2


def published(kubeconfig: str) -> Output:
    return said({"data": {"kubeconfig": kubeconfig}})


def test_a_kubeconfig_that_is_no_yaml_says_so() -> None:
    with pytest.raises(ValueError, match=r"^not YAML: clusters: "):
        CLUSTER_INFO.parse(published("clusters: [\n"))


def test_an_authority_that_is_not_all_base64_is_none() -> None:
    whole = cluster_info(CA)["data"]["kubeconfig"]
    code = base64.b64encode(CA.encode()).decode()
    assert code in whole
    with pytest.raises(ValueError):
        CLUSTER_INFO.parse(published(whole.replace(code, f"{code[:8]}!{code[8:]}")))
