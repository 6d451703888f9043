"""Half a letter that a machine has said neither stops a page nor gets onto it."""

from __future__ import annotations

from harness.report.step_summary import cut


def test_a_page_with_half_a_letter_can_be_written() -> None:
    assert cut("half \ud800 a letter\n", 1_000) == "half ? a letter\n"
    assert cut("half \ud800 a letter\n" * 500, 1_000).encode()
