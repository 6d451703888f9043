from __future__ import annotations

import pytest

from harness.facts.fact import Output
from harness.facts.old_job import OLD_JOB_VERSION, OLD_MASTERS

GONE = "Error from server (NotFound): the server could not find the requested resource\n"


def test_a_version_is_gone_only_where_the_server_says_so() -> None:
    assert OLD_JOB_VERSION.parse(Output(status=0, stdout='{"kind":"APIResourceList"}')) is True
    assert OLD_JOB_VERSION.parse(Output(status=1, stdout="", stderr=GONE)) is False
    with pytest.raises(ValueError, match="neither served nor gone: The connection"):
        OLD_JOB_VERSION.parse(Output(status=1, stdout="", stderr="The connection to the server was refused\n"))


def test_old_masters_are_told_by_name() -> None:
    assert OLD_MASTERS.parse(Output(status=0, stdout="node/master1\n")) == ("master1",)
    assert OLD_MASTERS.parse(Output(status=0, stdout="")) == ()
    with pytest.raises(ValueError, match="refused"):
        OLD_MASTERS.parse(Output(status=1, stdout="", stderr="The connection to the server was refused\n"))
