"""One drill of before as if it had been performed in another night, and marked as such."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.month.source import Source

_TOLD = "Made by `make month` of the drill of run {run}: the dates are others, everything else is as it was recorded"


def shifted(source: Source, night: datetime, run: str, folder: Path) -> None:
    """The journal with its first line in that night, and the evidence, byte for byte, beside it."""
    lines = (source.folder / "journal.jsonl").read_text(encoding="utf-8", errors="replace").splitlines()
    events = [json.loads(line) for line in lines]
    by = night - datetime.fromisoformat(events[0]["at"])
    folder.mkdir(parents=True)
    text = "".join(_line(event, by, source, run) for event in events)
    (folder / "journal.jsonl").write_text(text, encoding="utf-8")
    if (source.folder / "evidence").is_dir():
        shutil.copytree(source.folder / "evidence", folder / "evidence")


def _line(event: dict[str, Any], by: timedelta, source: Source, run: str) -> str:
    event["at"] = (datetime.fromisoformat(event["at"]) + by).isoformat()
    if event["kind"] == "drill":
        event |= {"run": run, "demonstration": _TOLD.format(run=source.run)}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n"
