"""The kills themselves: the same for the same seed, of each sort, and nothing that they find is overlooked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.kill import __main__ as command
from tests.kill import shot as shooting
from tests.kill.aim import PACES, SIGNALS, Aim, Target, aims
from tests.kill.bystander import Bystanders, bystanders
from tests.kill.quarry import MissedError, Quarry
from tests.kill.shot import Range, Shot
from tests.kill.tally import page

DRILLS = ("os-disk-swap", "os-disk-swap-worker")
RUN = "20261121-093012-4f2a"
AIM = Aim(number=1, signal=signal.SIGKILL, target=Target.WORKER, drill=DRILLS[0], phase="fault", seconds=0.5)


def journal(folder: Path, *phases: str, ended: bool = False) -> None:
    rows: list[dict[str, object]] = [{"kind": "drill", "schema": 1, "drill": folder.name}]
    for name in phases:
        rows += [{"kind": "phase", "name": name, "state": state} for state in ("start", "end")]
    rows = rows if ended else rows[:-1]
    rows += [{"kind": "end", "outcome": "finished"}] if ended else []
    folder.mkdir(parents=True)
    with (folder / "journal.jsonl").open("w") as file:
        for number, row in enumerate(rows):
            file.write(json.dumps({"seq": number, "at": "2026-11-21T09:30:12+00:00", "mono": number, **row}) + "\n")
        file.write('{"seq":')


def place(folder: Path, gone: Sequence[str] = ()) -> Range:
    seen = {"mount": lambda: "mount" not in gone}
    pace = PACES["rehearsal"]
    return Range(provider="rehearsal", drills=DRILLS, workers=2, pace=pace, folder=folder, others=Bystanders(seen=seen))


def test_the_same_seed_is_the_same_kills_and_each_signal_hits_each_target_before_any_does_twice() -> None:
    pace = PACES["container"]
    assert aims(3, 30, DRILLS, pace) == aims(3, 30, DRILLS, pace)
    assert aims(3, 30, DRILLS, pace) != aims(4, 30, DRILLS, pace)
    count = Counter((aim.signal, aim.target) for aim in aims(3, 30, DRILLS, pace))
    assert set(count) == {(one, target) for one in SIGNALS for target in Target}
    assert set(count.values()) == {2, 3}


def test_moments_are_drawn_by_time_and_by_phase_and_one_neighbour_alone_costs_a_whole_drill() -> None:
    drawn = aims(3, 120, DRILLS, PACES["container"])
    by_time = [aim for aim in drawn if not aim.phase]
    assert 20 < len(by_time) < 60
    assert {aim.phase for aim in drawn if aim.phase} == set(PACES["container"].phases)
    assert sum(aim.spares_neighbour for aim in drawn) == 1
    early = ("lab", "cluster", "baseline", "backup")
    assert sum(aim.phase in early for aim in drawn) > len(drawn) / 4


def test_a_run_is_struck_through_the_process_that_has_the_journal_open_and_its_phase_is_known(tmp_path: Path) -> None:
    folder = tmp_path / RUN / DRILLS[0]
    journal(folder, "lab", "fault")
    holds = f"import sys; file = open({str(folder / 'journal.jsonl')!r}); print(1, flush=True); sys.stdin.read()"

    def reading() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", holds], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        return process

    # Whoever began the run has it open as well, now and then.
    with reading() as parent, reading() as worker:
        quarry = Quarry(process=parent, reports=tmp_path, began=0.0)
        assert (quarry.run, quarry.phase(DRILLS[0]), quarry.phase(DRILLS[1])) == (RUN, "fault", "not begun")
        quarry.await_moment(replace(AIM, seconds=0.0), 5)
        assert quarry.strike(AIM) == (worker.pid,)
        assert worker.wait(5) == -signal.SIGKILL
        assert quarry.performers(DRILLS[0]) == ()
        parent.kill()
        parent.wait(5)
        with pytest.raises(MissedError, match="ended with status -9 before the phase 'reboot'"):
            quarry.await_moment(replace(AIM, phase="reboot"), 5)
    assert os.getpid() not in quarry.numbers(replace(AIM, target=Target.SESSION))


@pytest.mark.parametrize(
    ("verdict", "ended", "target", "wrong"),
    [
        ("errored", False, Target.WORKER, ""),
        ("passed", False, Target.WORKER, "is called 'passed'"),
        ("failed", False, Target.WORKER, "is called 'failed'"),
        ("passed", True, Target.WORKER, ""),
        ("failed", True, Target.WORKER, "is called 'failed'"),
        ("passed", False, Target.PARENT, "is called 'passed'"),
        (None, False, Target.WORKER, "without a report"),
    ],
)
def test_a_struck_drill_that_is_not_errored_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verdict: str | None, ended: bool, target: Target, wrong: str
) -> None:
    folder = tmp_path / RUN
    journal(folder / DRILLS[0], "lab", "fault", ended=ended)
    (folder / DRILLS[0] / "report.json").write_text('{"verdict": "passed", "cause": ""}')

    def rebuild(*_: str) -> subprocess.CompletedProcess[str]:
        assert not (folder / DRILLS[0] / "report.json").exists(), "what is there must not count"
        if verdict is not None:
            (folder / DRILLS[0] / "report.json").write_text(json.dumps({"verdict": verdict, "cause": "killed"}))
        return subprocess.CompletedProcess((), 3)

    monkeypatch.setattr(shooting, "kubedrill", rebuild)
    shot = Shot(aim=replace(AIM, target=target), run=RUN, phases={DRILLS[0]: "ended" if ended else "fault"}, status=3)
    shot.struck_at = time.time() + 1
    shot.struck = frozenset({DRILLS[0]})
    said = " ".join(place(tmp_path)._lies(shot, folder))
    assert wrong in said
    assert bool(said) == bool(wrong)


@pytest.mark.parametrize(
    ("which", "later", "wrong"),
    [
        (signal.SIGKILL, 0.5, True),
        (signal.SIGKILL, -0.5, False),
        (signal.SIGTERM, 0.5, False),
        (signal.SIGTERM, 5.0, True),
    ],
)
def test_a_drill_that_ended_after_it_was_struck_may_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: signal.Signals, later: float, wrong: bool
) -> None:
    folder = tmp_path / RUN
    journal(folder / DRILLS[0], "lab", ended=True)
    path = folder / DRILLS[0] / "journal.jsonl"
    path.write_text(path.read_text().removesuffix('{"seq":'))

    def rebuild(*_: str) -> subprocess.CompletedProcess[str]:
        (folder / DRILLS[0] / "report.json").write_text('{"verdict": "passed"}')
        return subprocess.CompletedProcess((), 3)

    monkeypatch.setattr(shooting, "kubedrill", rebuild)
    shot = Shot(aim=replace(AIM, signal=which), run=RUN, phases={DRILLS[0]: "fault"}, status=3)
    shot.struck, shot.struck_at = frozenset({DRILLS[0]}), path.stat().st_mtime - later
    assert bool(list(place(tmp_path)._lies(shot, folder))) is wrong


@pytest.mark.parametrize(
    ("target", "number", "status", "was_over"),
    [
        (Target.SESSION, signal.SIGKILL, 0, True),
        (Target.PARENT, signal.SIGKILL, 3, True),
        (Target.SESSION, signal.SIGKILL, -9, False),
        (Target.SESSION, signal.SIGKILL, None, False),
        (Target.SESSION, signal.SIGTERM, 0, False),
        (Target.WORKER, signal.SIGKILL, 0, False),
    ],
)
def test_a_run_that_ended_as_the_signal_came_is_missed_only_where_nobody_could_have_outlived_it(
    target: Target, number: signal.Signals, status: int | None, *, was_over: bool
) -> None:
    shot = Shot(aim=replace(AIM, target=target, signal=number), status=status)
    assert shooting._was_over(shot) is was_over


def test_what_went_wrong_is_on_the_page_and_in_the_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fine = Shot(aim=AIM, run=RUN, phases={DRILLS[0]: "fault"}, seconds=1.5, status=3, verdicts={DRILLS[0]: "errored"})
    bad = replace(fine, aim=replace(AIM, number=2), wrong=["left: mount: /x"])
    told = "\n".join(page([fine, bad], provider="container", seed=7, last="passed"))
    row = "| SIGKILL | worker | 0.50 s into 'fault' of os-disk-swap | fault | 1.5 | os-disk-swap errored; status 3 |"
    assert row in told
    assert "WRONG: 1; os-disk-swap errored" in told
    assert "- kill 2, SIGKILL to the worker, 0.50 s into 'fault' of 'os-disk-swap': left: mount: /x" in told
    assert "1 of 2 kills went wrong" in told

    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("harness.ownership.lease.register_leases", str)
    for shots, last, status in (([fine], "passed", 0), ([bad], "passed", 1), ([], "passed", 1), ([fine], "errored", 1)):
        monkeypatch.setattr(command, "_shots", lambda *_, found=shots: found)
        monkeypatch.setattr(command, "_last", lambda _, word=last: word)
        words = ("--kills", "1", "--provider", "rehearsal", "--table", str(tmp_path / "kills.md"))
        assert command.main(words) == status
    assert "The drill after them: errored." in (tmp_path / "kills.md").read_text()


def test_a_bystander_that_is_harmed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("harness.ownership.lease.register_leases", str)
    assert place(tmp_path, gone=["mount"]).others.missing() == ("mount",)
    with bystanders(tmp_path, real=False) as others:
        assert others.missing() == ()
        (file,) = (tmp_path / "cache/labs").glob("*/disk.img")
        file.write_text("somebody else's")
        assert others.missing() == ("run of another",)
