"""Who changes what a machine is asked changes what its answer means: nobody does it unseen."""

from __future__ import annotations

from tests.facts.asked import FILE, asked


def test_each_fact_asks_what_it_asked() -> None:
    assert asked().splitlines() == FILE.read_text().splitlines()
