"""The index file: what is known of each run, so that thousands of reports are not read every night."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from harness.errors import LabError
from harness.report.files import replace_file
from harness.report.line import DrillLine
from harness.report.past.entry import RunEntry
from harness.report.past.folder import read_run, runs_in, signature
from harness.strict_json import json_value

INDEX = "index.json"
#: Grows when what is read out of a run changes; a new field of an entry makes another format by itself.
_REVISION = 1
_FIELDS = ",".join(field.name for shape in (RunEntry, DrillLine) for field in dataclasses.fields(shape))
_FORMAT = f"{_REVISION}:{sha256(_FIELDS.encode()).hexdigest()[:12]}"

_Known = Mapping[str, Mapping[str, Any]]


def read_index(reports: Path) -> tuple[RunEntry, ...]:
    """All runs of a folder, newest first; the index is brought up to date where the folder may be written to.

    It is a memory and no record: what does not fit the folder any more, or is damaged, is read anew from the runs.
    """
    with _alone(reports):
        known = _read(reports / INDEX)
        now: dict[str, Mapping[str, Any]] = {}
        for folder in runs_in(reports):
            mark = signature(folder)
            if mark is None:
                continue
            old = known.get(folder.name)
            fresh = isinstance(old, dict) and old.get("signature") == mark and "entry" in old
            now[folder.name] = old if old and fresh else {"signature": mark, "entry": read_run(folder).document()}
        if now != known:
            # Somebody else's reports may be looked at as well, from a folder that nobody can write to.
            with contextlib.suppress(LabError):
                replace_file(reports / INDEX, _to_bytes(now))
    entries = [_entry(reports / name, one["entry"]) for name, one in now.items()]
    return tuple(sorted(entries, key=lambda one: (one.at.timestamp() if one.at else 0.0, one.folder), reverse=True))


def _entry(folder: Path, told: Mapping[str, Any]) -> RunEntry:
    try:
        return RunEntry.of(told)
    except (KeyError, TypeError, ValueError, AttributeError):
        return read_run(folder)


def _read(path: Path) -> _Known:
    """The runs of the index file, or none of them where a single byte is not as it was written."""
    try:
        if path.is_symlink():
            return {}
        head, _, body = path.read_bytes().partition(b"\n")
        told = json_value(head + b"null}")
        if told["format"] != _FORMAT or told["sha256"] != sha256(body).hexdigest():
            return {}
        runs = json_value(body.removesuffix(b"}\n"))
        return runs if isinstance(runs, dict) else {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _to_bytes(runs: _Known) -> bytes:
    """One JSON document, whose first line has the digest of all others."""
    body = json.dumps(runs, ensure_ascii=False, separators=(",", ":")).encode(errors="replace") + b"}\n"
    head = json.dumps({"format": _FORMAT, "sha256": sha256(body).hexdigest(), "runs": None})
    return head.removesuffix("null}").encode() + b"\n" + body


@contextlib.contextmanager
def _alone(reports: Path) -> Iterator[None]:
    """One reader at a time: of two runs that end together the later one must not forget the other."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            handle = os.open(reports, os.O_RDONLY | os.O_DIRECTORY)
            stack.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
