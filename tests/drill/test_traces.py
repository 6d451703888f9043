"""What is kept of a drill in which something did not come about."""

from __future__ import annotations

import hashlib
from pathlib import Path

from harness.journal import History, Kind
from harness.sabotage import SABOTAGES
from tests.drill.rehearsing import STORIES, rehearse


def _traces(history: History) -> list[dict[str, object]]:
    return [dict(event.data) for event in history.of(Kind.EVIDENCE) if "traces" in str(event.data["origin"])]


def test_what_is_waited_for_in_vain_leaves_traces_of_each_running_machine(tmp_path: Path) -> None:
    sabotage = next(kind for kind in SABOTAGES if kind.name == "not-after-reboot")()

    history = rehearse(STORIES["os-disk-swap"], tmp_path, sabotage=sabotage)

    kept = _traces(history)
    assert kept
    assert len({one["path"] for one in kept}) == len(kept)
    for one in kept:
        content = (tmp_path / "os-disk-swap" / str(one["path"])).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one["sha256"]
    of_master = b"".join(path.read_bytes() for path in tmp_path.rglob("master1.traces*"))
    assert b"$ kubectl get pods --all-namespaces" in of_master


def test_a_drill_that_goes_well_leaves_none(tmp_path: Path) -> None:
    assert not _traces(rehearse(STORIES["os-disk-swap"], tmp_path))
