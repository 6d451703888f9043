"""A refusal for want of a majority is told from a refusal for any other reason."""

from __future__ import annotations

import pytest

from harness.facts import Output
from harness.facts.parted import API_PARTED_WRITE, ETCD_OLD_READ, ETCD_PARTED_KEY, ETCD_PARTED_WRITE, ETCD_READ

HEADER = '"header":{"cluster_id":7,"member_id":8,"revision":173,"raft_term":2}'
GOT = f'{{{HEADER},"kvs":[{{"key":"L3JlZw==","create_revision":3,"mod_revision":3,"version":1}}],"count":1}}\n'
WARNING = '{"level":"warn","logger":"etcd-client","msg":"retrying of unary invoker failed"}\n'


def said(stdout: str = "", status: int = 0, stderr: str = "") -> Output:
    return Output(status=status, stdout=stdout, stderr=stderr)


def test_a_read_tells_the_revision_that_it_was_answered_with() -> None:
    assert ETCD_READ.parse(said(GOT)).revision == ETCD_OLD_READ.parse(said(GOT)).revision == 173


@pytest.mark.parametrize(
    "words",
    [
        "Error: context deadline exceeded",
        "Error: etcdserver: request timed out, possibly due to previous leader failure",
        "Error from server: etcdserver: no leader",
        "Error from server (Timeout): Timeout: request did not complete within requested timeout",
    ],
)
def test_who_has_no_majority_refuses_in_these_words(words: str) -> None:
    for fact in (ETCD_READ, ETCD_PARTED_WRITE, API_PARTED_WRITE):
        answer = fact.parse(said(status=1, stderr=f"{WARNING}{words}\n"))
        assert (answer.taken, answer.said) == (False, words)


def test_an_api_server_that_says_nothing_refuses_as_well_and_its_request_is_left_out() -> None:
    request = "https://10.77.0.11:6443/api/v1/namespaces/default/configmaps?fieldManager=kubectl-create&timeout=10s"
    words = "net/http: request canceled (Client.Timeout exceeded while awaiting headers)"
    answer = API_PARTED_WRITE.parse(
        said(status=1, stderr=f'error: failed to create configmap: Post "{request}": {words}\n')
    )
    assert (answer.taken, answer.said) == (False, words)


@pytest.mark.parametrize("words", ["Error: etcdserver: permission denied", "The connection was refused", ""])
def test_who_refuses_in_other_words_has_another_reason(words: str) -> None:
    with pytest.raises(ValueError, match="not for want of a majority"):
        ETCD_PARTED_WRITE.parse(said(status=1, stderr=words))


def test_a_read_of_a_key_that_is_gone_is_no_answer() -> None:
    with pytest.raises(ValueError, match="without the key"):
        ETCD_READ.parse(said(f"{{{HEADER}}}"))


def test_a_key_is_there_or_not() -> None:
    assert ETCD_PARTED_KEY.parse(said(GOT))
    assert not ETCD_PARTED_KEY.parse(said(f"{{{HEADER}}}"))


def test_the_api_server_of_one_machine_is_asked_and_not_that_behind_the_endpoint() -> None:
    assert "--server=https://10.77.0.11:6443" in API_PARTED_WRITE.of("10.77.0.11").argv
