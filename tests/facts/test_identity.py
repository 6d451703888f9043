"""What a machine and its certificates say of their names."""

from __future__ import annotations

import json

import pytest

from harness.facts import Output
from harness.facts.certificates import CERTIFICATES
from harness.facts.identity import HOSTNAME, KUBELET_USER, LAB_ADDRESSES
from tests.verdict import papers
from tests.verdict.answers import MASTER, OLD_NAME


def said(stdout: str) -> Output:
    return Output(status=0, stdout=stdout)


def test_a_machine_says_what_it_calls_itself() -> None:
    assert HOSTNAME.parse(said("master9\n")) == "master9"


@pytest.mark.parametrize("words", ["\n", "Name or service\n"])
def test_what_is_no_name_is_no_hostname(words: str) -> None:
    with pytest.raises(ValueError, match=f"^not a hostname: {words.strip() or 'empty'}$"):
        HOSTNAME.parse(said(words))


def test_a_machine_has_the_addresses_that_its_links_have_in_the_labs_network() -> None:
    links = [{}, {"addr_info": [{"local": "10.77.0.100"}, {"local": "10.77.0.11"}, {}]}]
    assert LAB_ADDRESSES.parse(said(json.dumps(links))) == ("10.77.0.100", "10.77.0.11")
    for none in ([], [{}], [{"addr_info": [{}]}]):
        with pytest.raises(ValueError, match=r"the machine has no address in 10\.77\.0\.0/24"):
            LAB_ADDRESSES.parse(said(json.dumps(none)))


def test_the_kubelet_of_a_control_plane_says_which_node_it_is() -> None:
    assert KUBELET_USER.parse(said("user: system:node:master9\n")) == "master9"


@pytest.mark.parametrize("words", ["", "user: default-auth\n", "user: system:node:a\nuser: system:node:b\n"])
def test_a_kubeconfig_of_nobody_or_of_several_is_no_answer(words: str) -> None:
    with pytest.raises(ValueError, match="not the user of one kubelet"):
        KUBELET_USER.parse(said(words))


def test_a_certificate_tells_names_and_addresses_apart() -> None:
    for story, name in ((papers.EXPIRING, OLD_NAME), (papers.RENEWED, MASTER)):
        (peer,) = [one for one in CERTIFICATES.parse(said(papers.told(story))) if one.name == "etcd/peer"]
        assert peer.names == (name,)
        assert name not in peer.addresses
        assert len(peer.addresses) == 1
