from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.console import Console
from rich.table import Table

from harness.cli.console import answers, remarks
from harness.ownership import Kind, open_lease

RUN = "20261121-093012-4f2a"
_LONG = "/a folder/" + "/".join(f"part{number}" for number in range(60))


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """What readline and some shells leave in the environment."""
    monkeypatch.setenv("COLUMNS", "40")


@pytest.mark.parametrize("make", [answers, remarks])
def test_a_row_that_goes_to_a_pipe_is_one_line_with_whole_paths(
    make: Callable[[], Console], capsys: pytest.CaptureFixture[str]
) -> None:
    table = Table("name", "path", box=None)
    table.add_row("one", _LONG)
    make().print(table)
    printed = capsys.readouterr()
    assert _LONG in printed.out + printed.err


def test_what_a_lab_owns_is_one_line_in_a_log(
    kubedrill: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    machines = [f"worker{number}" for number in range(1, 40)]
    with open_lease(RUN) as lease:
        for machine in machines:
            lease.claim(Kind.CONTAINER, f"{lease.name}-{machine}")
        assert kubedrill("status") == 0
    assert ", ".join(sorted(machines)) in capsys.readouterr().out
