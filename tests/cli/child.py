"""Stands for pytest: `python child.py CONDUCT RUN_FOLDER SEED DRILL...`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def main(conduct: str, folder: Path, drills: list[str]) -> int:
    """Behave as told."""
    if conduct == "crash":
        sys.stdout.write("E   ModuleNotFoundError: No module named 'nothing'\n")
        return 2
    for drill in drills:
        (folder / drill).mkdir()
        _journal(folder / drill, drill)
    if conduct in ("polite", "deaf"):
        subprocess.Popen(["sleep", "600"], process_group=0)
        if conduct == "deaf":
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        (folder / "ready").write_text(str(os.getpid()))
        try:
            time.sleep(600)
        except KeyboardInterrupt:
            (folder / "torn-down").touch()
            return 2
    for drill in drills:
        cause = "" if conduct == "passed" else "the hash has changed"
        report: dict[str, object] = {
            "drill": drill,
            "verdict": conduct,
            "cause": cause,
            "rto": {"target_seconds": 300, "control_plane_seconds": 18.25, "workload_seconds": None},
            "rpo": {"target_seconds": 0, "measured_seconds": 0.0},
        }
        (folder / drill / "report.json").write_text(json.dumps(report))
    # What pytest says with its own status must not matter.
    return 0


def _journal(folder: Path, drill: str) -> None:
    lines: list[dict[str, object]] = [
        {"kind": "drill", "schema": 1, "drill": drill, "mark": os.environ.get("KUBEDRILL_RUN", "")},
        {"kind": "phase", "name": "baseline", "state": "start"},
        {"kind": "phase", "name": "baseline", "state": "end"},
    ]
    with (folder / "journal.jsonl").open("w") as file:
        for seq, line in enumerate(lines):
            file.write(json.dumps({"seq": seq, "at": datetime.now(UTC).isoformat(), "mono": float(seq), **line}) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[4:]))
