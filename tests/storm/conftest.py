"""A harbour for storms of one drill, of which nobody else on the host knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.storm import voyage


@pytest.fixture(autouse=True)
def harbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where their files lie."""
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("harness.ownership.lease.register_leases", str)
    monkeypatch.setattr(voyage, "STORIES", {"os-disk-swap": voyage.STORIES["os-disk-swap"]})
    return tmp_path
