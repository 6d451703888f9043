"""The page about compliance lists what the data hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.controls import Control, known_controls

PAGE = Path(__file__).resolve().parents[2] / "docs" / "compliance.md"


@pytest.mark.parametrize("control", known_controls(), ids=lambda control: control.id)
def test_each_control_stands_in_the_page_as_in_the_data(control: Control) -> None:
    against = f", {control.against}" if control.against else ""
    checked = "from memory" if control.checked is None else f"{control.checked}{against}"
    row = f"| [{control.name}]({control.source}) | `{control.id}` | {control.says} | {checked} |"
    assert row in PAGE.read_text().splitlines()
