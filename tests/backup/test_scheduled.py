"""The program on a control plane, the timer that starts it, and the vault's server."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta

import pytest

from harness.backup.scheduled import EVERY, SFTP, Job, program
from harness.errors import SpecError


@pytest.mark.parametrize(
    ("every", "calendar"), [(15, "*:*:0/15"), (1, "*:*:0/1"), (60, "*:0/1"), (300, "*:0/5"), (1800, "*:0/30")]
)
def test_an_interval_becomes_a_calendar(every: int, calendar: str) -> None:
    assert Job(every=timedelta(seconds=every)).calendar == calendar


@pytest.mark.parametrize("seconds", [0, -60, 7, 45, 90, 420, 3600, 7200])
def test_an_interval_that_does_not_fit_into_a_clock_is_refused(seconds: int) -> None:
    with pytest.raises(SpecError, match="no place in a clock"):
        Job(every=timedelta(seconds=seconds))


def test_five_minutes_are_the_default() -> None:
    assert Job().every == EVERY == timedelta(minutes=5)


def test_the_program_is_a_shell_script_without_fault() -> None:
    shell = shutil.which("dash") or shutil.which("sh")
    assert shell is not None
    assert subprocess.run([shell, "-n"], input=program(), text=True, check=False, capture_output=True).stderr == ""


def test_the_manifest_goes_last_and_the_name_after_it() -> None:
    puts = [line for line in program().splitlines() if line.startswith(("put ", "rename "))]
    assert puts[-3:] == [
        "put -f snapshot.db $name.part/",
        "put -f manifest.json $name.part/",
        "rename $name.part $name",
    ]
    assert len({line.split()[2] for line in puts[:-1]}) == len(puts) - 1


def test_nobody_is_asked_for_a_password_and_no_unknown_host_is_trusted() -> None:
    options = set(SFTP)
    assert {"BatchMode=yes", "StrictHostKeyChecking=yes", "IdentitiesOnly=yes"} <= options
    assert "GlobalKnownHostsFile=/dev/null" in options
