"""A night that did not run turns red outside of the job that did not run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.cli.heartbeat.beat import Beat, parse_beat
from harness.cli.heartbeat.pulse import Pulse, feel, parse_age, worst
from harness.errors import SpecError

Command = Callable[..., int]
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = timedelta(hours=26)
BEAT = Beat(
    run="20261122-040000-4f2a", ended=NOW - timedelta(hours=4), status=0, provider="container", drills={"a": "passed"}
)


def felt(folder: Path, *beats: Beat) -> tuple[Pulse, ...]:
    files = []
    for number, beat in enumerate(beats):
        files.append(folder / f"{number}.json")
        files[-1].write_bytes(beat.render())
    return feel(files, NOW, DAY)


@pytest.mark.parametrize(
    ("beat", "status", "said"),
    [
        (BEAT, 0, "the run '20261122-040000-4f2a' passed 4 h ago"),
        (replace(BEAT, ended=NOW - DAY), 0, "passed 26 h ago"),
        (replace(BEAT, ended=NOW + timedelta(minutes=4)), 0, "passed 0 min ago"),
        (replace(BEAT, ended=NOW - DAY - timedelta(seconds=1)), 3, "stale"),
        (replace(BEAT, ended=NOW - timedelta(days=40)), 3, "passed 40 days ago, and no run has ended since"),
        (replace(BEAT, ended=NOW + timedelta(hours=3)), 3, "ended 3 h from now: a clock is wrong"),
        (replace(BEAT, status=1, drills={"a": "failed"}), 1, "failed 4 h ago"),
        (replace(BEAT, status=1, drills={"a": "failed"}, ended=NOW - 2 * DAY), 3, "stale"),
        (replace(BEAT, status=3, drills={"a": "errored"}), 3, "was errored"),
        (replace(BEAT, status=3, drills={}, run=""), 3, "a run that never began was errored"),
        (replace(BEAT, status=130), 3, "was interrupted"),
        (replace(BEAT, status=143), 3, "was interrupted"),
        (replace(BEAT, provider="rehearsal"), 3, "passed 4 h ago, but it was a rehearsal, which is no evidence"),
        (replace(BEAT, sabotage="lose-ca-key"), 3, "spoiled on purpose"),
        (replace(BEAT, drills={}), 3, "contradicts itself"),
        (replace(BEAT, drills={"a": "passed", "b": "errored"}), 3, "contradicts itself"),
    ],
)
def test_only_a_fresh_pass_of_real_machines_is_good_news(tmp_path: Path, beat: Beat, status: int, said: str) -> None:
    (pulse,) = felt(tmp_path, beat)
    assert (pulse.status, said in pulse.said) == (status, True), pulse.said


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"{}", b"\xff\xfe", b'{"schema_version": 2}', b"[" * 100_000, b"{" + b" " * 2_000_000],
)
def test_what_is_no_heartbeat_is_as_bad_as_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "heartbeat.json"
    path.write_bytes(content)
    for file in (path, tmp_path / "missing.json", tmp_path):
        (pulse,) = feel([file], NOW, DAY)
        assert pulse.status == 3


@given(
    key=st.sampled_from(["run", "ended", "status", "provider", "drills", "sabotage", "shard", "division"]),
    value=st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.text()),
)
def test_a_heartbeat_that_was_tampered_with_is_read_or_refused_and_never_breaks_the_reader(
    key: str, value: object
) -> None:
    content = json.dumps({**json.loads(BEAT.render()), key: value}).encode()
    try:
        beat = parse_beat(content)
    except ValueError:
        return
    assert isinstance(beat.status, int)
    assert beat.ended.tzinfo is not None


def shards(*names: str, division: str = "d1", drill: str = "a") -> list[Beat]:
    return [replace(BEAT, shard=name, division=division, drills={f"{drill}{name}": "passed"}) for name in names]


@pytest.mark.parametrize(
    ("beats", "status", "said"),
    [
        (shards("1/2", "2/2"), 0, ""),
        (shards("2/3", "1/3"), 3, "no heartbeat of the shard 3/3"),
        (shards("1/1"), 0, ""),
        ([*shards("1/2"), *shards("2/2", division="d2")], 3, "of different divisions"),
        ([*shards("1/2"), *shards("2/3")], 3, "of different divisions"),
        (shards("7/x"), 3, "no heartbeat of the shard"),
        ([replace(shards("1/2")[0], status=1), *shards("2/2")], 1, ""),
    ],
)
def test_shards_are_good_news_only_together(tmp_path: Path, beats: Sequence[Beat], status: int, said: str) -> None:
    pulses = felt(tmp_path, *beats)
    assert worst(pulses) == status
    assert said in pulses[-1].said


def test_a_run_of_fewer_drills_than_have_to_be_is_no_good_news(tmp_path: Path) -> None:
    files = [tmp_path / "1.json", tmp_path / "2.json"]
    for file, beat in zip(files, shards("1/2", "2/2"), strict=True):
        file.write_bytes(beat.render())
    assert worst(feel(files, NOW, DAY, ("a1/2", "a2/2"))) == 0
    pulses = feel(files, NOW, DAY, ("a1/2", "drain", "rollback"))
    assert (worst(pulses), pulses[-1].said) == (3, "no run performed 'drain', 'rollback'")


def test_the_command_says_it_file_by_file(kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fresh = home / "heartbeat.json"
    fresh.write_bytes(replace(BEAT, ended=datetime.now(UTC)).render())
    assert kubedrill("heartbeat", str(fresh)) == 0
    assert capsys.readouterr().out.startswith(f"FRESH    {fresh}: the run '20261122-040000-4f2a' passed 0 min ago")
    assert kubedrill("heartbeat", str(fresh), "none.json", "--max-age", "90m") == 3
    assert "MISSING  none.json: there is no heartbeat" in capsys.readouterr().out
    assert kubedrill("heartbeat", str(fresh), "--drill", "a") == 0
    assert kubedrill("heartbeat", str(fresh), "--drill", "a", "--drill", "b") == 3
    assert "MISSING  together: no run performed 'b'" in capsys.readouterr().out
    assert kubedrill("heartbeat", "none.json", "--json") == 3
    assert json.loads(capsys.readouterr().out)["exit_status"] == 3


@pytest.mark.parametrize("text", ["", "26", "h", "0h", "-1h", "1.5h", "26 h", "1w", "9999999s"])
def test_an_age_that_is_none_is_wrong_usage(kubedrill: Command, text: str) -> None:
    with pytest.raises(SpecError, match="is no age"):
        parse_age(text)
    assert kubedrill("heartbeat", "x.json", f"--max-age={text}") == 2


def test_no_file_at_all_is_wrong_usage(kubedrill: Command) -> None:
    assert kubedrill("heartbeat") == 2
