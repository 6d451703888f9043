"""The name of a run, and the mark that all its children carry."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

from harness.errors import SpecError, hinted

#: The environment variable that every process of a run carries.
MARK = "KUBEDRILL_RUN"
_RUN = r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}"
_RUN_ID = re.compile(_RUN)
_OWNED_NAME = re.compile(rf"kd-({_RUN})(?:-.*)?")


def new_run_id(now: datetime) -> str:
    """A fresh name such as '20261121-093012-4f2a'; names sort as the runs began."""
    return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def begun_at(run: str) -> datetime:
    """When a run began, as its name tells."""
    return datetime.strptime(run[: len("20261121-093012")], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)


def check_run_id(value: str) -> str:
    """Return the run's name if it is one; otherwise say what names look like."""
    if not _RUN_ID.fullmatch(value):
        raise hinted(
            SpecError(f"'{value}' is not the name of a run"),
            "A run is called like '20261121-093012-4f2a'; `kubedrill status` lists those that own something.",
        )
    return value


def run_of(name: str) -> str | None:
    """The run that a thing named 'kd-<run>-...' belongs to, or None when the name is not of ours."""
    matched = _OWNED_NAME.fullmatch(name)
    return matched[1] if matched else None
