"""Which checkpoints are there, and which are dropped."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.cluster.checkpoint import LIFETIME, checkpoints_in, drop_expired


def checkpoint(place: Path, name: str, age: timedelta) -> None:
    (place / name).mkdir(parents=True)
    made = (datetime.now(UTC) - age).isoformat()
    record = {"provider": "libvirt", "kubernetes": "v1.34.4", "shape": "1", "made": made}
    (place / name / "checkpoint.json").write_text(json.dumps(record))


def test_what_has_expired_or_is_half_made_goes_and_what_is_being_made_stays(tmp_path: Path) -> None:
    checkpoint(tmp_path, "fresh", timedelta(hours=1))
    checkpoint(tmp_path, "old", LIFETIME + timedelta(seconds=1))
    (tmp_path / "broken").mkdir()
    (tmp_path / f".draft.{os.getpid()}").mkdir()
    (tmp_path / ".draft.999999999").mkdir()
    assert drop_expired(tmp_path) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".draft.{os.getpid()}", "fresh"]
    assert [one.folder.name for one in checkpoints_in(tmp_path)] == ["fresh"]


def test_everything_can_be_dropped(tmp_path: Path) -> None:
    checkpoint(tmp_path, "fresh", timedelta(hours=1))
    assert drop_expired(tmp_path, everything=True) == 1
    assert list(checkpoints_in(tmp_path)) == []
