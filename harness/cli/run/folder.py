"""The folder of one run below the reports."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from harness.errors import LabError, SpecError, hinted
from harness.ownership import check_run_id
from harness.spec.place import check_path

LATEST = "latest"


def make_run_folder(reports: Path, run: str) -> Path:
    """A fresh folder for a run, readable by its owner alone until its reports are checked for secrets."""
    try:
        reports.mkdir(parents=True, exist_ok=True)
        (reports / run).mkdir(mode=0o700)
    except OSError as refused:
        raise hinted(
            LabError(f"The folder '{reports / run}' cannot be made: {refused.strerror}"),
            "Choose another: --reports DIR.",
        ) from refused
    return reports / run


def open_to_all(folder: Path) -> None:
    """Let others read the reports of a run, now that they were searched for secrets."""
    folder.chmod(0o755)


def drop_if_empty(folder: Path) -> None:
    """Take the folder of a run away again that ended before it began."""
    with contextlib.suppress(OSError):
        folder.rmdir()


def point_latest(reports: Path, run: str) -> None:
    """Let `latest` be this run, without a moment in which it is none."""
    draft = reports / f".{LATEST}.{os.getpid()}"
    draft.unlink(missing_ok=True)
    draft.symlink_to(run, target_is_directory=True)
    draft.replace(reports / LATEST)


def find_run(asked: str, reports: Path) -> Path:
    """The folder that 'latest', the name of a run, or a path means."""
    if "/" in asked or asked in (".", ".."):
        folder = check_path("run", asked)
    elif asked == LATEST:
        folder = (reports / LATEST).resolve()
    else:
        folder = reports / check_run_id(asked)
    if not folder.is_dir():
        raise hinted(
            SpecError(f"There is no run '{asked}': '{folder}' is not a folder"),
            "Give the name of a run, its folder, or 'latest'; --reports says where runs are looked for.",
        )
    return folder.resolve()
