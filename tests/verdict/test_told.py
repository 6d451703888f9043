"""What a check tells is read by whoever lost a cluster: it stays the same, word for word, until somebody changes it."""

from __future__ import annotations

import pytest

from harness.verdict import CHECKS
from tests.verdict.golden import FOLDER, LACKING, lacking, told

NAMES = [check.name for check in CHECKS]


@pytest.mark.parametrize("check", NAMES)
def test_a_check_says_what_it_saw_and_shows_the_lines_that_it_looked_at(check: str) -> None:
    assert told(check) == (FOLDER / f"{check}.txt").read_text()


@pytest.mark.parametrize("check", NAMES)
def test_a_check_whose_lines_are_missing_or_told_again_says_so_or_holds_as_before(check: str) -> None:
    assert lacking(check) == (LACKING / f"{check}.txt").read_text()


def test_nothing_is_kept_of_checks_that_are_no_more() -> None:
    for folder in (FOLDER, LACKING):
        assert {file.stem for file in folder.glob("*.txt")} == set(NAMES)
