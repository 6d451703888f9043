"""Which commit of Kubedrill performs a drill."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import harness
from harness.errors import LabError
from harness.shell import capture
from harness.strict_json import json_value

_PATIENCE = timedelta(seconds=10)


@cache
def known_commit(root: Path | None = None) -> str:
    """The commit of the checkout that we run from, '-dirty' if it was changed, or that of the installed package.

    Empty where neither tells: an unpacked archive has none, and that is no reason not to perform a drill.
    """
    root = root or Path(harness.__file__).resolve().parents[1]
    # A package in a virtual environment lies in its user's repository perhaps, whose commit would say nothing of ours.
    return _described(root) if (root / ".git").exists() else _installed()


def _described(root: Path) -> str:
    careful = ["--no-optional-locks", "-c", f"safe.directory={root}", "-c", "core.fsmonitor=false"]
    argv = ["git", *careful, "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        told = capture(argv, timeout=_PATIENCE)
    except (LabError, OSError):
        return ""
    return told.text.strip() if told.status == 0 else ""


def _installed() -> str:
    try:
        told = json_value(distribution("kubedrill").read_text("direct_url.json") or "{}")
        return str(told["vcs_info"]["commit_id"])[:12]
    except (PackageNotFoundError, ValueError, KeyError, TypeError):
        return ""
