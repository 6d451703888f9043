"""The dossier of a run, or of all runs of a folder, from their journals."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harness.errors import JournalError, SpecError, hinted
from harness.journal import Kind, read_journal
from harness.journal.event import Event
from harness.report.compliance.dossier import Dossier, Filed, Standing, Tested, standing
from harness.spec.policy import Policy
from harness.verdict import judge

JOURNAL = "journal.jsonl"
_FILES = ("report.html", "report.json", "junit.xml", JOURNAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sighted:
    """A journal of which only the first line was read."""

    folder: Path
    drill: str
    at: datetime
    is_performed: bool


def gather(folders: Sequence[Path], into: Path, reports: Path, policy: Policy, as_of: datetime) -> Dossier:
    """The drills in these folders, seen from where the report will lie; without folders the newest of each drill."""
    sighted = sorted(_sightings(reports), key=lambda one: (one.at, one.folder))
    known = [one for one in sighted if one.at <= as_of]
    chosen = list(folders) or _newest(known)
    found, unreadable = _all(chosen, into)
    tested = tuple(sorted(found, key=lambda one: (one.drill, one.folder)))
    late = next((one for one in tested if one.ended > as_of), None)
    if late is not None:
        told = f"The drill '{late.drill}' ended at {late.ended:%Y-%m-%d %H:%M:%S} UTC, after the day of the report"
        raise hinted(SpecError(told), "Give a later --as-of.")
    places = {(into / one.folder).resolve(): one for one in tested}
    reader = _Reader(into, places)
    return Dossier(
        as_of=as_of,
        policy=policy,
        tested=tested,
        previous=dict(_previous(tested, known, reader)),
        last_good=dict(_last_good(known, reader, policy, as_of)),
        performed=frozenset(one.drill for one in known if one.is_performed),
        unreadable=unreadable,
    )


def _all(folders: Sequence[Path], into: Path) -> tuple[list[Tested], dict[str, str]]:
    """The drills that can be read, and of the others why they cannot."""
    found, unreadable = [], {}
    for folder in folders:
        try:
            found.append(_read(folder, into))
        except JournalError as damaged:
            unreadable[folder.name] = str(damaged)
    return found, unreadable


class _Reader:
    """Reads each journal once."""

    def __init__(self, into: Path, read: dict[Path, Tested]) -> None:
        self._into, self._read = into, read

    def of(self, folder: Path) -> Tested | None:
        """The drill of a folder; a journal of before that cannot be read is no drill."""
        place = folder.resolve()
        if place not in self._read:
            try:
                self._read[place] = _read(folder, self._into)
            except JournalError:
                return None
        return self._read[place]


def _read(folder: Path, into: Path) -> Tested:
    history = read_journal(folder / JOURNAL)
    where = Path(os.path.relpath(folder.resolve(), into.resolve())).as_posix()
    return Tested(folder=where, history=history, verdict=judge(history), files=tuple(_files(folder, where)))


def _files(folder: Path, where: str) -> Iterator[Filed]:
    for name in _FILES:
        try:
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError:
            continue
        yield Filed(path=name if where == "." else f"{where}/{name}", sha256=digest)


def _sightings(reports: Path) -> Iterator[_Sighted]:
    for path in sorted(reports.glob(f"*/*/{JOURNAL}")):
        if path.parent.parent.is_symlink():
            continue
        try:
            with path.open("rb") as file:
                first = Event.from_line(file.readline().decode(errors="replace").rstrip("\n"))
        except (JournalError, OSError):
            continue
        if first.kind is Kind.DRILL:
            data = first.data
            real = (
                not data.get("sabotage")
                and not data.get("demonstration")
                and data.get("fidelity") not in (None, "", "rehearsal")
            )
            drill = str(data.get("drill") or path.parent.name)
            yield _Sighted(folder=path.parent, drill=drill, at=first.at, is_performed=real)


def _newest(known: Sequence[_Sighted]) -> list[Path]:
    """For each drill its newest performance; a rehearsal stands only for a drill that was never performed."""
    chosen: dict[str, _Sighted] = {}
    for one in known:
        before = chosen.get(one.drill)
        if before is None or one.is_performed >= before.is_performed:
            chosen[one.drill] = one
    return [one.folder for one in chosen.values()]


def _previous(tested: Sequence[Tested], known: Sequence[_Sighted], reader: _Reader) -> Iterator[tuple[str, Tested]]:
    for one in tested:
        for before in reversed(known):
            if before.drill == one.drill and before.at < one.started and before.is_performed == one.is_performed:
                found = reader.of(before.folder)
                if found is not None:
                    yield one.folder, found
                    break


def _last_good(
    known: Sequence[_Sighted], reader: _Reader, policy: Policy, as_of: datetime
) -> Iterator[tuple[str, Tested]]:
    for drill in policy.drills:
        for one in reversed([one for one in known if one.drill == drill and one.is_performed]):
            found = reader.of(one.folder)
            if found is not None and found.ended <= as_of and standing(found, policy) is Standing.EVIDENCE:
                yield drill, found
                break
