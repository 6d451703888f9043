"""Text is cut and cleaned before it comes into a report, and times are said in words."""

from __future__ import annotations

import pytest

from harness.report.text import clean, duration, trimmed


def test_text_is_cleaned_of_what_reports_cannot_hold() -> None:
    assert clean("\x1b[1;31mred\x1b[0m\r\n\x00\x07x\ud800\x1b]0;title\x07y") == "red\nxy"


def test_long_text_keeps_its_ends() -> None:
    assert trimmed("a" * 50 + "b" * 50, 20) == "a" * 10 + "\n… 80 characters left out …\n" + "b" * 10


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.04, "0.0 s"),
        (119.9, "119.9 s"),
        (300, "5 min"),
        (312.4, "5 min 12 s"),
        (10_799, "179 min 59 s"),
        (10_800, "3 h"),
        (86_400, "24 h"),
        (345_801, "4 d"),
        (349_500, "4 d 1 h"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said
