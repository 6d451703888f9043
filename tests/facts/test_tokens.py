"""Join commands whose token has expired: kubeadm 1.34.4."""

from __future__ import annotations

import pytest

from harness.facts import Output
from harness.facts.join import JOIN_EXPIRED_TOKEN, SIGNED_TOKENS

REFUSED = (
    "error: error execution phase preflight: couldn't validate the identity of the API Server: "
    'could not find a JWS signature in the cluster-info ConfigMap for token ID "0jv6tm"\n'
    "To see the stack trace of this error execute with --v=5 or higher\n"
)


def test_a_machine_whose_token_is_signed_no_longer_was_refused_for_it() -> None:
    refused = JOIN_EXPIRED_TOKEN.parse(
        Output(status=1, stdout="[preflight] Running pre-flight checks\n", stderr=REFUSED)
    )
    assert not refused.joined
    assert "could not find a JWS signature" in refused.said


def test_a_machine_that_failed_for_another_reason_tells_nothing_of_its_token() -> None:
    with pytest.raises(ValueError, match=r"not for its token: .*connection refused"):
        JOIN_EXPIRED_TOKEN.parse(Output(status=1, stdout="", stderr="error: dial tcp: connection refused"))
    assert JOIN_EXPIRED_TOKEN.parse(Output(status=0, stdout="This node has joined the cluster\n")).joined


def test_signatures_are_told_of_both_tokens_or_of_none() -> None:
    signed = SIGNED_TOKENS.parse(Output(status=0, stdout='{"good": true, "short": false}'))
    assert (signed.good, signed.short) == (True, False)
    with pytest.raises(ValueError, match="'short'"):
        SIGNED_TOKENS.parse(Output(status=0, stdout='{"good": true}'))
