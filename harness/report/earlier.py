"""What an earlier summary of a run knows that no drill left in the folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.strict_json import json_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The folders that drills were to fill, what the run was asked for, and the drills that were not offered."""

    folders: tuple[str, ...] = ()
    not_offered: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)


def earlier_summary(run: Path) -> Earlier:
    """What run.json says of both; where it cannot be read, nothing."""
    try:
        return read_summary((run / "run.json").read_bytes())
    except OSError:
        return Earlier()


def read_summary(text: bytes) -> Earlier:
    """The same from its text; a name that is none of a folder in the run is left out."""
    try:
        known = json_value(text)
        folders = (str(one["folder"]) for one in known["drills"])
        return Earlier(
            folders=tuple(folder for folder in folders if _is_name(folder)),
            not_offered={str(one["drill"]): str(one["reason"]) for one in known["not_offered"]},
            asked={str(name): str(value) for name, value in known.get("asked", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Earlier()


def _is_name(folder: str) -> bool:
    return folder not in ("", ".", "..") and "/" not in folder and "\0" not in folder
