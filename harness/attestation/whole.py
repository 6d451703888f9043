"""Whether a run is what it was when its manifest was written, and its reports what its journals say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.attestation.manifest import MANIFEST, SUMS, listed_of, manifest, with_sums
from harness.attestation.redone import Redone, redo
from harness.attestation.tree import Entry, Sort, entries, read_plain, shown
from harness.errors import SpecError
from harness.strict_json import json_value

_OURS = (MANIFEST, SUMS, "run.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A run that was looked through; it is whole when there are no problems."""

    run: str
    files: int
    problems: tuple[str, ...]
    redone: Redone


def inspect(folder: Path) -> Inspection:
    """Look a run through: each file against the manifest, and each report against the journal."""
    there = entries(folder)
    _demand_run(folder, there)
    strange = tuple(_strange(there))
    if strange:
        # A link could lead the judge out of the run, so nothing is read again while there is one.
        return Inspection(run="", files=len(there), problems=strange, redone=Redone(run=""))
    redone = redo(folder, there)
    problems = [*_against_manifest(folder, redone.run, there), *redone.problems]
    return Inspection(run=redone.run, files=len(there), problems=tuple(dict.fromkeys(problems)), redone=redone)


def _strange(there: Sequence[Entry]) -> Iterator[str]:
    names = {Sort.LINK: "a link", Sort.OTHER: "neither a file nor a folder"}
    for entry in there:
        if entry.sort is not Sort.FILE:
            yield f"{shown(entry.path)} is {names[entry.sort]}: a run holds files alone, and nothing is judged anew"


def _demand_run(folder: Path, there: Sequence[Entry]) -> None:
    names = {entry.path for entry in there}
    if names.isdisjoint(_OURS):
        hint = " (it is that of a drill: give the folder above it)" if "journal.jsonl" in names else ""
        raise SpecError(f"{shown(str(folder))} is not the folder of a run: it has neither {' nor '.join(_OURS)}{hint}")


def _against_manifest(folder: Path, run: str, there: Sequence[Entry]) -> Iterator[str]:
    if MANIFEST not in {entry.path for entry in there}:
        yield f"{shown(MANIFEST)} is missing: nothing says which files belong to the run"
        return
    text, listed = read_plain(folder / MANIFEST), listed_of(there)
    recorded = _recorded(text)
    if recorded is None:
        yield f"{shown(MANIFEST)} cannot be read as a manifest"
        return
    differences = [*_differences(recorded, {entry.path: entry for entry in listed})]
    yield from differences
    if not differences and run:
        plain = [entry for entry in listed if entry.path != SUMS]
        if listed != with_sums(plain):
            yield f"{shown(SUMS)} is not the list of these files"
        elif text != manifest(run, listed):
            yield f"{shown(MANIFEST)} is not as Kubedrill writes it for the run {shown(run)} and these files"


def _recorded(text: bytes) -> dict[str, tuple[object, object]] | None:
    try:
        rows = json_value(text)["files"]
        return {str(row["path"]): (row.get("size"), row.get("sha256")) for row in rows}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _differences(recorded: dict[str, tuple[object, object]], there: dict[str, Entry]) -> Iterator[str]:
    for path in sorted(recorded.keys() - there.keys()):
        yield f"{shown(path)} is missing"
    for path, entry in there.items():
        if path not in recorded:
            yield f"{shown(path)} was added: the manifest does not know it"
        elif recorded[path] != (entry.size, entry.sha256):
            yield f"{shown(path)} was changed: {_change(recorded[path], entry)}"


def _change(recorded: tuple[object, object], entry: Entry) -> str:
    size, digest = recorded
    if size != entry.size:
        return f"it has {entry.size} bytes, and the manifest says {size}"
    return f"its digest is {entry.sha256[:16]}…, and the manifest says {str(digest)[:16]}…"
