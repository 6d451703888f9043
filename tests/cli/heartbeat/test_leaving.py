"""A run leaves word of its end, and whatever goes wrong with that changes nothing else."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.cli.exit_status import ExitStatus
from harness.cli.guard import Interruption
from harness.cli.heartbeat.beat import Beat, parse_beat
from harness.cli.heartbeat.beating import beating
from harness.cli.heartbeat.place import VARIABLE, UrlPlace, heartbeat_places
from harness.cli.heartbeat.send import leave
from harness.cli.run.parent import RunParent
from harness.errors import LabError, SpecError
from tests.cli.heartbeat.watcher import watching
from tests.cli.stage import parent, request

Command = Callable[..., int]
NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
BEAT = Beat(run="20261122-040000-4f2a", ended=NOW, status=0, provider="container", drills={"os-disk-swap": "passed"})
FAILED = replace(BEAT, status=1, drills={"os-disk-swap": "failed"})
SECRET = "c0ffee-this-is-a-secret"


def test_a_file_holds_what_was_left_and_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "heartbeat.json"
    path.write_text("x" * 100_000)
    assert leave(BEAT, heartbeat_places([str(path)], {})) == ()
    assert parse_beat(path.read_bytes()) == BEAT
    assert list(tmp_path.iterdir()) == [path]


def test_a_pass_is_sent_once_with_verdict_and_time() -> None:
    with watching() as watcher:
        assert leave(BEAT, heartbeat_places([f"{watcher.address}/{SECRET}"], {})) == ()
    assert watcher.paths == [f"/{SECRET}"]
    assert watcher.bodies[0]["verdict"] == "passed"
    assert watcher.bodies[0]["ended"] == NOW.isoformat()


def test_only_an_address_that_takes_the_status_is_asked_for_after_a_failure() -> None:
    with watching() as watcher:
        (remark,) = leave(FAILED, heartbeat_places([f"{watcher.address}/{SECRET}"], {}))
        assert "only silence is bad news there" in remark
        assert leave(FAILED, heartbeat_places([f"{watcher.address}/{SECRET}/{{status}}"], {})) == ()
        assert leave(BEAT, heartbeat_places([f"{watcher.address}/{SECRET}/{{status}}"], {})) == ()
    assert watcher.paths == [f"/{SECRET}/1", f"/{SECRET}/0"]


@pytest.mark.parametrize("beat", [replace(BEAT, provider="rehearsal"), replace(BEAT, sabotage="lose-ca-key")])
def test_what_is_no_proof_is_never_sent(beat: Beat) -> None:
    with watching() as watcher:
        (remark,) = leave(beat, heartbeat_places([f"{watcher.address}/{{status}}"], {}))
    assert watcher.paths == []
    assert remark.startswith(f"No heartbeat was sent to '{watcher.address}': it was ")


@pytest.mark.parametrize(
    ("answer", "said"), [(404, "it answered 404"), (500, "it answered 500"), (302, "answered 302")]
)
def test_an_answer_that_is_no_yes_is_a_remark_without_the_secret(answer: int, said: str) -> None:
    with watching(answer) as watcher:
        (remark,) = leave(BEAT, heartbeat_places([f"{watcher.address}/{SECRET}?key={SECRET}"], {}))
    assert said in remark
    assert watcher.address in remark
    assert SECRET not in remark
    assert "/elsewhere" not in watcher.paths


def test_nobody_there_is_a_remark() -> None:
    with watching() as watcher:
        address = watcher.address
    (remark,) = leave(BEAT, heartbeat_places([f"{address}/{SECRET}"], {}))
    assert "Connection refused" in remark
    assert SECRET not in remark


def test_somebody_who_never_answers_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        places = heartbeat_places([f"http://127.0.0.1:{deaf.getsockname()[1]}/{SECRET}"], {})
        begun = time.monotonic()
        (remark,) = leave(BEAT, places, timedelta(seconds=0.3))
    assert time.monotonic() - begun < 5
    assert "0.3 s" in remark or "timed out" in remark or "TimeoutError" in remark
    assert SECRET not in remark


def test_a_file_that_cannot_be_written_is_a_remark(tmp_path: Path) -> None:
    folder = tmp_path / "soon-gone"
    folder.mkdir()
    places = heartbeat_places([str(folder / "heartbeat.json")], {})
    folder.rmdir()
    (remark,) = leave(BEAT, places)
    assert remark.startswith("The heartbeat was not written: ")


def test_an_address_comes_from_the_environment_too_and_is_asked_for_once() -> None:
    places = heartbeat_places(["https://one.example/a"], {VARIABLE: "https://two.example/b"})
    assert [place.shown for place in places if isinstance(place, UrlPlace)] == [
        "https://one.example",
        "https://two.example",
    ]
    assert len(heartbeat_places(["https://one.example/a"], {VARIABLE: "https://one.example/a"})) == 1
    assert heartbeat_places([], {VARIABLE: ""}) == ()
    assert SECRET not in repr(heartbeat_places([f"https://one.example/{SECRET}"], {}))


@pytest.mark.parametrize(
    "address",
    [
        f"ftp://host/{SECRET}",
        f"https:///{SECRET}",
        f"https://name:{SECRET}@host/",
        f"https://host:99999/{SECRET}",
        f"https://host/{SECRET} x",
        f"https://host/{SECRET}\n",
        f"https://[::1/{SECRET}",
    ],
)
def test_an_address_that_cannot_be_asked_for_is_refused_without_telling_its_secret(address: str) -> None:
    with pytest.raises(SpecError, match="A heartbeat cannot be sent to") as refused:
        heartbeat_places([address], {})
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("name", ["", "no/folder/heartbeat.json"])
def test_a_file_that_cannot_be_is_refused_before_anything_is_done(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert kubedrill("run", "os-disk-swap", "--provider", "rehearsal", "--heartbeat", str(home / name)) == 2
    assert "A heartbeat cannot be written to" in capsys.readouterr().err
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("broken", "status"),
    [
        (LabError("the image cannot be built"), ExitStatus.CANNOT_TELL),
        (RuntimeError("a bug"), ExitStatus.CANNOT_TELL),
        (KeyboardInterrupt(), ExitStatus.INTERRUPTED),
        (Interruption(15), ExitStatus.TERMINATED),
    ],
)
def test_a_run_that_breaks_off_leaves_a_heartbeat_that_is_none_of_a_pass(
    tmp_path: Path, broken: BaseException, status: ExitStatus
) -> None:
    path = tmp_path / "heartbeat.json"
    leave(BEAT, heartbeat_places([str(path)], {}))
    asked = request(tmp_path, provider="container")
    with pytest.raises(type(broken)), beating(heartbeat_places([str(path)], {}), asked, print):
        raise broken
    assert parse_beat(path.read_bytes()).status == status


@pytest.mark.parametrize(("conduct", "status"), [("passed", 0), ("failed", 1), ("errored", 3)])
def test_the_status_of_a_run_does_not_depend_on_who_hears_of_it(
    kubedrill: Command,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    conduct: str,
    status: int,
) -> None:
    asked = request(home / "reports", drills=("one", "two"), provider="container")
    result = parent(conduct)[0].perform(replace(asked, provider="rehearsal"))
    monkeypatch.setattr(RunParent, "perform", lambda *_: result)
    monkeypatch.setattr("harness.cli.commands.run.check_request", lambda *_: asked)
    with watching(500) as watcher:
        monkeypatch.setenv(VARIABLE, f"{watcher.address}/{SECRET}/{{status}}")
        path = home / "heartbeat.json"
        assert kubedrill("run", "all", "--provider", "container", "--heartbeat", str(path), "--json") == status
    captured = capsys.readouterr()
    assert json.loads(captured.out)["exit_status"] == status
    assert f"did not reach '{watcher.address}': it answered 500" in captured.err
    beat = parse_beat(path.read_bytes())
    assert (beat.status, beat.run) == (status, result.run)
    assert beat.drills == {"one": conduct, "two": conduct}
    assert watcher.bodies[0]["status"] == status
    assert SECRET not in captured.out + captured.err
    assert not any(SECRET in file.read_text(errors="replace") for file in home.rglob("*") if file.is_file())


def test_drills_never_see_the_address(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"https://host.example/{SECRET}")
    performer, _ = parent("passed")
    shown = "import os, sys; sys.stdout.write('the address: ' + os.environ.get('KUBEDRILL_HEARTBEAT', ''))"
    performer = replace(performer, argv=lambda *_: (sys.executable, "-c", shown))
    result = performer.perform(request(home / "reports"))
    assert (result.folder / "pytest.log").read_text() == "the address: "
