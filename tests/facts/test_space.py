"""Whether etcd takes a write: the words of etcdctl 3.6.5."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.facts import Output
from harness.facts.space import ETCD_ROOM, ETCD_WRITE

LOGGED = (
    '{"level":"warn","ts":"2026-11-21T20:11:42.1Z","logger":"etcd-client","caller":"v3/retry_interceptor.go:65",'
    '"msg":"retrying of unary invoker failed","error":"rpc error: code = ResourceExhausted desc = '
    'etcdserver: mvcc: database space exceeded"}\n'
)


def test_a_write_is_taken_or_refused_in_etcds_words_for_want_of_space() -> None:
    assert ETCD_WRITE.parse(Output(status=0, stdout="OK\n")) == "taken"
    refused = Output(status=1, stdout="", stderr=f"{LOGGED}Error: etcdserver: mvcc: database space exceeded\n")
    assert ETCD_WRITE.parse(refused) == "etcdserver: mvcc: database space exceeded"
    more = replace(refused, stderr=f"{refused.stderr}command terminated with exit code 1\n")
    assert ETCD_WRITE.parse(more) == "etcdserver: mvcc: database space exceeded"


def test_a_write_that_is_refused_for_another_reason_is_no_answer() -> None:
    with pytest.raises(ValueError, match="not for want of space: Error: context deadline exceeded"):
        ETCD_WRITE.parse(Output(status=1, stdout="", stderr="Error: context deadline exceeded\n"))


def test_less_than_a_page_is_no_room() -> None:
    assert ETCD_ROOM.parse(Output(status=0, stdout="     Avail\n1909452800\n")) == "room"
    assert ETCD_ROOM.parse(Output(status=0, stdout="Avail\n4096\n")) == "room"
    assert ETCD_ROOM.parse(Output(status=0, stdout="Avail\n4095\n")) == "no room"
    assert ETCD_ROOM.parse(Output(status=0, stdout="Avail\n0\n")) == "no room"


@pytest.mark.parametrize("told", ["", "Avail\n", "Avail\n-\n", "Used\n12\n", "Avail\n1\n2\n"])
def test_a_table_of_something_else_tells_nothing_of_room(told: str) -> None:
    with pytest.raises(ValueError, match="not a number of bytes"):
        ETCD_ROOM.parse(Output(status=0, stdout=told))
