"""Mounts of a disk while it is written: what holds them for a moment is waited for, and nothing else is forgotten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from harness.errors import DeadlineError
from harness.ownership import Kind
from harness.providers.local import disk
from harness.shell.command import Completed


class Claims:
    """A lease as far as a mount needs one."""

    def __init__(self) -> None:
        self.released: list[tuple[Kind, str]] = []

    def release(self, kind: Kind, name: str) -> None:
        self.released.append((kind, name))


def answer(monkeypatch: pytest.MonkeyPatch, *, busy: int) -> list[list[str]]:
    """`umount` finds its target busy so many times."""
    asked: list[list[str]] = []

    def capture(argv: list[str]) -> Completed:
        asked.append(argv)
        held = len(asked) <= busy
        text = b"umount: /disk: target is busy.\n" if held else b""
        return Completed(argv=tuple(argv), status=32 if held else 0, stdout=b"", stderr=text, seconds=0.0)

    monkeypatch.setattr(disk, "capture", capture)
    monkeypatch.setattr(disk, "_LETTING_GO", timedelta(milliseconds=100))
    return asked


def test_a_mount_that_is_busy_for_a_moment_is_taken_away_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    claims, asked = Claims(), answer(monkeypatch, busy=2)
    disk.unmount(claims, Path("/disk"))  # type: ignore[arg-type]
    assert asked == [["umount", "/disk"]] * 3
    assert claims.released == [(Kind.MOUNT, "/disk")]


def test_a_mount_that_stays_busy_is_named_and_stays_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    claims = Claims()
    answer(monkeypatch, busy=1000)
    with pytest.raises(DeadlineError, match=r"'/disk' to be unmounted, in vain.*target is busy"):
        disk.unmount(claims, Path("/disk"))  # type: ignore[arg-type]
    assert claims.released == []
