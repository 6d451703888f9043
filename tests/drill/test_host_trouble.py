"""The harness's own host in trouble, in the middle of a drill: errored with the cause, and nothing is left."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from harness.errors import JournalError, LabError
from harness.journal import Kind
from harness.ownership import cache_root, leases_root
from harness.providers.rehearsal import RehearsalProvider
from harness.report import write_reports
from harness.verdict import judge
from tests.drill.rehearsing import failing_at, rehearse, swap


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("harness.ownership.lease.register_leases", str)
    return tmp_path / "cache"


def left() -> list[str]:
    return [path.name for root in (leases_root(), cache_root() / "vaults") for path in root.glob("*")]


@pytest.mark.parametrize(
    ("trouble", "cause"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/somewhere/disk.img"), "There is no room left on the disk"),
        (OSError(errno.EMFILE, "Too many open files"), "This process may open no more files (its limit is "),
        (OSError(errno.ENFILE, "Too many open files in system"), "The host's kernel can open no more files"),
        (
            BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"),
            "lets this process start no more processes",
        ),
        (OSError(errno.EROFS, "Read-only file system", "/x"), "The file system of '/x' can only be read"),
        (OSError(errno.EIO, "Input/output error", "/x"), "The disk of '/x' failed to read or write"),
        (MemoryError(), "The host has no memory left for this process"),
        (RuntimeError("can't start new thread"), "lets this process start no more threads"),
    ],
)
@pytest.mark.parametrize("call", ["provider.lab", "machine.cut:master1"])
def test_the_verdict_is_errored_with_the_cause_in_one_sentence(
    tmp_path: Path, call: str, trouble: Exception, cause: str
) -> None:
    provider = RehearsalProvider(before_call=failing_at(call, trouble))
    verdict = judge(rehearse(swap, tmp_path, provider=provider, raises=type(trouble)))
    assert verdict.word == "errored"
    assert cause in verdict.cause
    assert left() == []


class _FullDisk:
    """The operating system under a journal: from the n-th line on there is no room."""

    def __init__(self, lines: int) -> None:
        self._lines = lines

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def write(self, file: int, line: bytes) -> int:
        self._lines -= 1
        if self._lines < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.write(file, line)


@pytest.mark.parametrize("lines", [1, 5, 40, 150, 300])
def test_on_a_disk_that_stays_full_all_that_was_written_counts_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("harness.journal.writer.os", _FullDisk(lines))
        history = rehearse(swap, tmp_path, raises=JournalError)
    assert len(history.events) == lines, "what was acknowledged is there"
    assert history.last(Kind.END) is None
    verdict = judge(history)
    assert verdict.word == "errored"
    assert verdict.cause.startswith("the run ended before its end")
    assert write_reports(tmp_path / "swap").word == "errored"
    assert left() == []


@pytest.mark.parametrize("trouble", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_cache_that_takes_no_claim_is_named_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: int
) -> None:
    def refused(path: Path, text: str) -> None:  # noqa: ARG001
        raise OSError(trouble, os.strerror(trouble), str(path))

    monkeypatch.setattr("harness.ownership.claim.write_durably", refused)
    verdict = judge(rehearse(swap, tmp_path, raises=LabError))
    assert verdict.word == "errored"
    assert "cannot be claimed, and so is not made" in verdict.cause
    assert left() == []
