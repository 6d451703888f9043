"""`kubedrill checkpoint list` and `drop`."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.cluster.checkpoint import LIFETIME
from harness.images.store import Store

Command = Callable[..., int]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with a checkpoint of container machines, and an expired one of virtual machines."""

    @contextlib.contextmanager
    def open_store() -> Iterator[Store]:
        yield Store(folder=tmp_path)

    monkeypatch.setattr("harness.cli.commands.checkpoint.open_store", open_store)
    for provider, shape, age in (("container", "3+1", timedelta(0)), ("libvirt", "1", LIFETIME)):
        folder = tmp_path / "checkpoints" / provider
        (folder / "master1").mkdir(parents=True)
        (folder / "master1" / "etcd.img").write_bytes(bytes(range(256)) * 4096 * 3)
        made = (datetime.now(UTC) - age).isoformat()
        record = {"provider": provider, "kubernetes": "v1.34.4", "shape": shape, "made": made}
        (folder / "checkpoint.json").write_text(json.dumps(record))
    return tmp_path / "checkpoints"


def test_each_checkpoint_is_listed_with_its_lab_and_what_dropping_it_would_free(
    place: Path, kubedrill: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kubedrill("checkpoint", "list", "--json") == 0
    expired, fresh = json.loads(capsys.readouterr().out)
    assert (fresh["provider"], fresh["lab"], expired["provider"]) == ("container", "3+1", "libvirt")
    assert (fresh["expires"] == "expired", expired["expires"]) == (False, "expired")
    assert fresh["mib"] >= 3
    assert place.is_dir()


def test_drop_removes_the_expired_ones_or_all(
    place: Path, kubedrill: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kubedrill("checkpoint", "drop", "--expired") == 0
    assert [path.name for path in place.iterdir()] == ["container"]
    assert kubedrill("checkpoint", "drop") == 0
    assert list(place.iterdir()) == []
    capsys.readouterr()
    assert kubedrill("checkpoint", "list") == 0
    assert "no checkpoints" in capsys.readouterr().out
