"""Stories that break or starve the checks of backups that come by themselves."""

from __future__ import annotations

from dataclasses import replace

from harness.facts import Moment
from harness.journal import Event, History, Kind
from tests.verdict.edits import renumbered
from tests.verdict.spoils import Break, Idle, Spoil, ledger_kept, other
from tests.verdict.vault import listing, name_of

_GONE = "Error from server (NotFound): the server could not find the requested resource\n"


def stored(*backups: tuple[str, bool], moment: str = Moment.FAULTED) -> Spoil:
    return other("vault-content", listing(*backups), moment)


def _is_first_write(event: Event) -> bool:
    return event.kind is Kind.LEDGER and event.data == {"stream": "api", "n": 1}


def long_lost(history: History) -> History:
    """A write of half a minute before the fault is not there any more."""
    lost = ledger_kept(*range(2, 8))(history)
    return renumbered([replace(e, mono=e.mono - 30) if _is_first_write(e) else e for e in lost.events])


def chosen(name: str) -> Spoil:
    return other("chosen-backup", {"chosen": name, "passed_over": {}})


BROKEN: list[Break] = [
    ("backups-on-time", stored(("02:59:45", True), ("03:00:15", True)), ("1 run missed after 02:59:45",)),
    ("backups-on-time", stored(("02:59:00", True), ("02:59:15", True)), ("3 runs missed after 02:59:15",)),
    ("backups-on-time", stored(("03:00:15", False)), ("holds no whole backup",)),
    (
        "retention-kept",
        stored(("02:59:45", True), ("03:00:00", True), ("03:00:15", True)),
        ("3 whole backups are there, and 2 are to be kept",),
    ),
    ("retention-kept", stored(("03:00:15", False)), ("holds no whole backup, and 2 are to be kept",)),
    ("newest-whole-chosen", chosen(name_of("03:00:00")), (f"the newest whole backup is '{name_of('03:00:15')}'",)),
    (
        "newest-whole-chosen",
        chosen(name_of("03:00:19", whole=False)),
        (f"'{name_of('03:00:19', whole=False)}' was restored",),
    ),
    ("newest-whole-chosen", stored(("03:00:00", True), ("03:00:15", True)), ("no upload was under way",)),
    ("newest-whole-chosen", stored(("03:00:15", False)), ("holds no whole backup",)),
    (
        "job-as-written",
        other("old-job-version", "", Moment.BEFORE, status=1, stderr=_GONE),
        ("serves no `batch/v1beta1` any more",),
    ),
    (
        "job-as-written",
        other("old-masters", "", Moment.BEFORE),
        ("no machine has the label `node-role.kubernetes.io/master`",),
    ),
    ("schedule-back", stored(("03:00:15", True), moment=Moment.REBOOTED), ("no whole backup has come since",)),
    ("schedule-back", stored(("03:01:00", False), moment=Moment.REBOOTED), ("no whole backup has come since",)),
    ("loss-within-schedule", long_lost, ("s of writes are lost, and an interval of 15.0 s",)),
]
VACUOUS: list[Idle] = [
    ("retention-kept", stored(("03:00:00", True), ("03:00:15", True), moment=Moment.BEFORE)),
    ("loss-within-schedule", stored(("03:00:15", False))),
]
