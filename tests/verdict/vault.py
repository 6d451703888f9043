"""What a vault holds, as its own machine tells it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from harness.facts.vault import BACKUPS

VAULT = "vault1"
DIGEST = "ab" * 32


def listing(*backups: tuple[str, bool], aged: int = 0) -> str:
    """Each backup by the time of its run (of 1 March 2026) and whether it is whole; it takes a second.

    Its snapshot is so many seconds older.
    """
    return "".join(_told(time, whole=whole, aged=aged) for time, whole in backups)


def name_of(time: str, *, whole: bool = True) -> str:
    return f"20260301T{time.replace(':', '')}Z-master1{'' if whole else '.part'}"


def _told(time: str, *, whole: bool, aged: int) -> str:
    taken = datetime.fromisoformat(f"2026-03-01T{time}+00:00")
    name, arrived = name_of(time, whole=whole), taken.timestamp() + 1
    lines = [f"600 4096 {arrived:.4f} {name}/snapshot.db", f"{DIGEST}  {BACKUPS}/{name}/snapshot.db"]
    if whole:
        of_snapshot = taken - timedelta(seconds=aged)
        times = {"taken": f"{taken:%Y-%m-%dT%H:%M:%SZ}", "snapshot": f"{of_snapshot:%Y-%m-%dT%H:%M:%SZ}"}
        manifest = {**times, "node": "master1", "files": {"snapshot.db": DIGEST}}
        lines += [f"600 120 {arrived:.4f} {name}/manifest.json", f"{'cd' * 32}  {BACKUPS}/{name}/manifest.json"]
        lines.append(json.dumps(manifest))
    return "".join(f"{line}\n" for line in lines)
