"""Leases as others see them."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from harness.errors import LabError
from harness.ownership.claim import Claim
from harness.ownership.lease import CLAIMS, KEPT, LOCK, OWNER
from harness.ownership.places import leases_root
from harness.strict_json import json_value


class State(StrEnum):
    """Whether someone stands behind a lease."""

    ALIVE = "alive"
    KEPT = "kept"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRecord:
    """One lease on disk, read at one moment."""

    folder: Path
    run: str
    suffix: str
    state: State
    parent: bool
    pid: int | None
    started: str
    kept_until: datetime | None
    claims: tuple[Claim, ...]
    damage: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the names of all things in its lab begin with."""
        return f"kd-{self.run}-{self.suffix}"


def read_leases(root: Path | None = None, *, now: datetime | None = None) -> tuple[LeaseRecord, ...]:
    """All leases of this cache, oldest run first."""
    folders = sorted(
        path for path in (root or leases_root()).iterdir() if path.is_dir() and "." in path.name.lstrip(".")
    )
    visible = [path for path in folders if not path.name.startswith(".")]
    return tuple(read_lease(path, now=now or datetime.now(UTC)) for path in visible)


def read_lease(folder: Path, *, now: datetime) -> LeaseRecord:
    """One lease; what cannot be read in it is said, and does not hide the rest."""
    run, _, suffix = folder.name.partition(".")
    damage: list[str] = []
    claims: list[Claim] = []
    for path in sorted((folder / CLAIMS).glob("*.json")):
        try:
            claims.append(Claim.read(path))
        except (LabError, OSError) as bad:
            # A claim that went away while we looked was released: that is no damage.
            damage += [str(bad)] if path.exists() else []
    owner, kept = _json(folder / OWNER), _json(folder / KEPT)
    until = _moment(kept.get("until"))
    held = is_held(folder)
    return LeaseRecord(
        folder=folder,
        run=run,
        suffix=suffix,
        state=State.ALIVE if held else State.KEPT if until and now < until else State.DEAD,
        parent=owner.get("parent") is True,
        pid=owner.get("pid"),
        started=str(owner.get("started", "")),
        kept_until=until,
        claims=tuple(claims),
        damage=tuple(damage),
    )


def is_held(folder: Path) -> bool:
    """Whether a living process holds the lease's lock."""
    with contextlib.suppress(FileNotFoundError):
        handle = os.open(folder / LOCK, os.O_RDONLY | os.O_CLOEXEC)
        try:
            # A shared lock, so that two who look at the same moment do not take each other for the owner.
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
    return False


@contextlib.contextmanager
def taken_over(folder: Path) -> Iterator[bool]:
    """Hold a dead lease while it is reaped; False when someone else holds it."""
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _json(path: Path) -> Mapping[str, Any]:
    try:
        record = json_value(path.read_text())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    # A moment of no time zone is none: it cannot be compared, and nobody here writes such.
    return moment if moment is not None and moment.tzinfo is not None else None
