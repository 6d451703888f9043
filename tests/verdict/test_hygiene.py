"""What lets others in, and what is left behind, to the last bit; and the memory that it took."""

from __future__ import annotations

import pytest

from harness.facts import Moment
from harness.journal import History, Kind
from harness.verdict import Outcome, judge
from tests.verdict.edits import answering, edited, inserted
from tests.verdict.findings import PASSED, finding

MIB = 1024 * 1024


@pytest.mark.parametrize("mode", [f"0{bit:03o}" for bit in (0o601, 0o602, 0o604, 0o610, 0o620, 0o640, 0o700)])
def test_a_file_of_a_backup_that_lets_anybody_in_or_runs_is_not_private(mode: str) -> None:
    files = [{"path": "/vault/pki.tar", "mode": mode, "sha256": "ab" * 32}]
    found = finding(answering(PASSED, "backup-files", Moment.BEFORE, files), "backup-files-private")
    assert found.cause == f"not private: /vault/pki.tar ({mode})"


@pytest.mark.parametrize("mode", ["0600", "0400", "0200", "0000"])
def test_a_file_that_its_owner_alone_may_read_or_write_is_private(mode: str) -> None:
    files = [{"path": "/vault/pki.tar", "mode": mode, "sha256": "ab" * 32}]
    held = finding(answering(PASSED, "backup-files", Moment.BEFORE, files), "backup-files-private")
    assert held.outcome is Outcome.HELD


@pytest.mark.parametrize(
    ("shift", "outcome"),
    [(1.0, Outcome.HELD), (-1.0, Outcome.HELD), (1.001, Outcome.BROKEN), (-1.001, Outcome.BROKEN)],
)
def test_a_clock_may_be_off_by_a_second_in_either_direction(shift: float, outcome: Outcome) -> None:
    audit = {"leaks": [], "clock_shift_seconds": shift, "sysctls_changed": {}}
    assert finding(answering(PASSED, "host-audit", Moment.END, audit), "host-clean").outcome is outcome


def test_all_that_is_left_behind_is_told_at_once() -> None:
    audit = {"leaks": ["loop3"], "clock_shift_seconds": 9.0, "sysctls_changed": {"b": 1, "a": 2}}
    assert finding(answering(PASSED, "host-audit", Moment.END, audit), "host-clean").cause == (
        "left on the host: loop3; the host's clock was shifted by 9.000 s; sysctls of the host were changed: a and b"
    )


def measured(*lines: dict[str, object], fidelity: object = "container") -> History:
    history = edited(PASSED, lambda event: event.kind is Kind.DRILL, fidelity=fidelity)
    for line in lines:
        history = inserted(history, lambda event: event.kind is Kind.END, Kind.MEMORY, **line)
    return history


@pytest.mark.parametrize(
    ("lines", "peak", "looks"),
    [
        ([], None, 0),
        ([{"bytes": 3 * MIB, "looks": 0}], None, 0),
        ([{"bytes": 3 * MIB}], None, 0),
        ([{"bytes": 0, "looks": 2}], None, 2),
        ([{"bytes": "much", "looks": 2}], None, 2),
        ([{"bytes": 1, "looks": 1}], 0.0, 1),
        ([{"bytes": 3 * MIB, "looks": 1}], 3.0, 1),
        ([{"bytes": int(3.16 * MIB), "looks": 1}], 3.2, 1),
        ([{"bytes": 4000 * MIB, "looks": 1}], 4000.0, 1),
        ([{"bytes": 3 * MIB, "looks": 1}, {"bytes": 2.5 * MIB, "looks": 9}], 3.0, 9),
    ],
)
def test_the_peak_is_the_highest_of_what_was_seen(lines: list[dict[str, object]], peak: float, looks: int) -> None:
    memory = judge(measured(*lines)).memory
    assert (memory.peak_mib, memory.looks) == (peak, looks)
    assert bool(memory.counted) is (peak is not None)


@pytest.mark.parametrize("fidelity", ["rehearsal", None, 7])
def test_where_nobody_knows_what_was_counted_nothing_is_said_of_it(fidelity: object) -> None:
    assert judge(measured({"bytes": MIB, "looks": 1}, fidelity=fidelity)).memory.counted == ""


def test_what_was_counted_is_told_by_the_first_line_of_the_drill() -> None:
    once = measured({"bytes": MIB, "looks": 1}, fidelity="container")
    twice = inserted(once, lambda event: event.kind is Kind.END, Kind.DRILL, fidelity="vm-kvm")
    assert judge(twice).memory == judge(once).memory


def test_each_fidelity_counts_something_of_its_own() -> None:
    told = {name: judge(measured({"bytes": MIB, "looks": 1}, fidelity=name)).memory.counted for name in FIDELITIES}
    assert "control groups" in told["container"]
    assert "emulators" in told["vm-kvm"]
    assert told["vm-kvm"] == told["vm-emulated"]


FIDELITIES = ("container", "vm-kvm", "vm-emulated")
