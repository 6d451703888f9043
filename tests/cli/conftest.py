from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli.app import make_app
from harness.cli.guard import guarded


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, with a cache of its own."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("harness.ownership.lease.register_leases", str)
    return folder


@pytest.fixture
def kubedrill(home: Path) -> Callable[..., int]:
    """The command line inside this process: words in, exit status out."""
    assert home.is_dir()
    return lambda *words: guarded(lambda: make_app()(list(words), prog_name="kubedrill", standalone_mode=False))
