"""What a guest agent, an emulator or the relay's other end sends is an answer or a broken lab, never a stumble."""

from __future__ import annotations

import struct

import pytest

from harness.errors import LabError
from harness.providers.libvirt.relay import Frames
from harness.providers.libvirt.reply import ended, monitor_reply, number_of, places_in, returned, tap_in
from harness.providers.vagrant.boot_order import booting_from
from harness.spec import OsSlot

DOMAIN = (
    '<domain><devices><disk><target dev="vdb"/><alias name="ua-1"/></disk><disk/>'
    '<interface><mac address="52:54:00:77:00:0b"/><target dev="vnet3"/></interface></devices></domain>'
)


def test_an_answer_of_the_agent_is_read() -> None:
    state = returned('{"return": {"pid": 7, "exitcode": 1, "out-data": "aGk="}}', "master1", "cat")
    assert number_of(state, "master1") == 7
    done = ended(state, "master1")
    assert (done.status, done.stdout, done.stderr) == (1, b"hi", b"")
    assert ended({"signal": 9}, "master1").status == 137


@pytest.mark.parametrize("answer", ["", "{}", "[]", '{"return": 7}', '{"error": {}}', "{" * 5_000])
def test_what_is_no_answer_of_the_agent_is_a_broken_lab(answer: str) -> None:
    with pytest.raises(LabError, match="The agent of machine 'master1'"):
        returned(answer, "master1", "cat")


@pytest.mark.parametrize("state", [{"exitcode": "x"}, {"signal": []}, {"out-data": 7}, {"out-data": "="}])
def test_an_end_that_is_none_is_a_broken_lab(state: dict[str, object]) -> None:
    with pytest.raises(LabError, match="how a command ended"):
        ended(state, "master1")


@pytest.mark.parametrize("state", [{}, {"pid": "7; reboot"}, {"pid": -1}, {"pid": True}])
def test_a_process_without_a_number_is_a_broken_lab(state: dict[str, object]) -> None:
    with pytest.raises(LabError, match="which process"):
        number_of(state, "master1")


def test_a_refusal_of_the_emulator_is_told_in_its_words() -> None:
    assert monitor_reply('{"return": []}', "master1", "query-block") == []
    for answer, words in (('{"error": {"desc": "no such"}}', "no such"), ('{"error": 7}', "7"), ("[]", "no answer")):
        with pytest.raises(LabError, match=words):
            monitor_reply(answer, "master1", "query-block")


def test_a_description_of_libvirt_is_read_strictly() -> None:
    assert places_in(DOMAIN) == {"vdb": "ua-1"}
    assert tap_in(DOMAIN, "52:54:00:77:00:0b", "master1") == "vnet3"
    hostile = f'<!DOCTYPE a [<!ENTITY b "c">]>{DOMAIN}'
    with pytest.raises(LabError, match="declares something"):
        places_in(hostile)
    with pytest.raises(LabError, match="declares something"):
        booting_from(hostile, OsSlot.A)


def test_messages_are_whole_whatever_pieces_they_come_in() -> None:
    told = b"".join(struct.pack(">IcI", n, b"D", len(text)) + text for n, text in ((1, b"abc"), (2, b"")))
    frames = Frames()
    heard = [message for place in range(len(told)) for message in frames.take(told[place : place + 1])]
    assert heard == [(1, b"D", b"abc"), (2, b"D", b"")]


def test_a_message_of_gigabytes_is_not_waited_for() -> None:
    with pytest.raises(LabError, match="announces 4294967295 bytes"):
        Frames().take(struct.pack(">IcI", 1, b"D", 2**32 - 1))
