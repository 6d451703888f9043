"""A connection that comes about or is refused was heard of; one that times out was not."""

from __future__ import annotations

import pytest

from harness.facts import Output
from harness.facts.reach import ANSWERED, REACH, UNANSWERED


def said(stderr: str, status: int = 1) -> Output:
    return Output(status=status, stdout="", stderr=stderr)


@pytest.mark.parametrize(
    ("output", "answer"),
    [
        (said("", 0), ANSWERED),
        (said("socat[5] E connect(5, AF=2 10.77.0.12:10250, 16): Connection refused\n"), ANSWERED),
        (said("socat[5] E connect(5, AF=2 10.77.0.12:10250, 16): Connection timed out\n"), UNANSWERED),
        (said("socat[5] E connect(5, AF=2 10.77.0.12:10250, 16): No route to host\n"), UNANSWERED),
    ],
)
def test_packets_that_pass_both_ways_are_told_from_silence(output: Output, answer: str) -> None:
    assert REACH.parse(output) == answer


def test_a_command_that_failed_for_another_reason_tells_nothing() -> None:
    with pytest.raises(ValueError, match="neither an answer nor silence: socat: command not found"):
        REACH.parse(said("socat: command not found", 127))


def test_the_question_names_its_address() -> None:
    assert REACH.to("10.77.0.12").argv[-1] == "TCP:10.77.0.12:10250,connect-timeout=2"
    assert REACH.to("10.77.0.12").name == REACH.name
