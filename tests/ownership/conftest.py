from __future__ import annotations

from pathlib import Path

import pytest

from tests.ownership.world import World


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, unknown to every other reap on this machine."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("KUBEDRILL_CACHE", str(folder))
    monkeypatch.setattr("harness.ownership.lease.register_leases", str)
    return folder


@pytest.fixture
def world(tmp_path: Path, cache: Path) -> World:
    """A host of files, on which nothing real can be ended."""
    return World(tmp_path / "world", cache)
