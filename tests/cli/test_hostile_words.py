"""Words that would mean something to a shell, a path or a program mean nothing here, and touch nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.cli.commands.shell import machine_of
from harness.cli.run.shard import read_durations
from harness.drill.catalog import find_drills
from harness.errors import SpecError

Command = Callable[..., int]
RUN = "20261121-093012-4f2a"
HOSTILE = [
    *("$(touch owned)", "`touch owned`", "x; touch owned", "x\ntouch owned", "x && touch owned", "| touch owned"),
    *("--rootdir=/", "-c", "@file", "../../etc/passwd", "/etc/passwd", "a/../b", "x\x1b[2J", "\x1b]0;x\x07", "\u202ex"),
    *("x" * 5_000, "é" * 300, "kd-", "~", "*", "%00", "${HOME}", "{{7*7}}", "9" * 400, "\ud800"),
]
REHEARSED = ["run", "os-disk-swap", "--provider", "rehearsal"]
PLACES: dict[str, Callable[[str], list[str]]] = {
    "drill": lambda word: ["run", "--provider", "rehearsal", "--", word],
    "plan": lambda word: ["plan", "--", word],
    "sabotage": lambda word: [*REHEARSED, f"--sabotage={word}"],
    "provider": lambda word: ["run", "os-disk-swap", f"--provider={word}"],
    "kubernetes": lambda word: [*REHEARSED, f"--kubernetes={word}"],
    "source": lambda word: [*REHEARSED, f"--source={word}"],
    "source folder": lambda word: [*REHEARSED, f"--source=directory={word}/nowhere"],
    "keep": lambda word: [*REHEARSED, f"--keep={word}"],
    "repeat": lambda word: [*REHEARSED, f"--repeat={word}"],
    "workers": lambda word: [*REHEARSED, f"-n={word}"],
    "connect": lambda word: ["run", "os-disk-swap", "--provider", "libvirt", f"--connect={word}"],
    "shape": lambda word: ["lab", "--", word],
    "reap": lambda word: ["reap", f"--run={word}"],
    "run to judge": lambda word: ["judge", "--", word],
    "run to report": lambda word: ["report", "--", word],
    "run of a shell": lambda word: ["shell", "--", word, "master1"],
    "machine of a shell": lambda word: ["shell", "--", RUN, word],
    "image": lambda word: ["image", "build", "--", word],
    "setup": lambda word: ["setup", f"--provider={word}"],
}


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("place", PLACES)
def test_a_hostile_word_is_refused_wherever_it_is_said(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    for word in HOSTILE:
        status = kubedrill(*PLACES[place](word))
        said = capsys.readouterr()
        assert status == 2, (place, word, said.err)
        assert said.out == ""
        assert said.err.startswith("kubedrill: ")
        assert "Traceback" not in said.err
        assert len(said.err) < 14_000
        assert all(letter.isprintable() or letter == "\n" for letter in said.err), repr(said.err[:300])
    assert not list(files(home)), "something was touched"


@pytest.mark.parametrize("word", ["x\x00y", "x\ny", "\x1b[2J", "é" * 300, "x" * 300, "a/" * 3_000])
def test_reports_lie_in_no_folder_of_an_impossible_name(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    assert kubedrill(*REHEARSED, f"--reports={word}") == 2
    assert "reports" in capsys.readouterr().err
    assert not list(home.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        'reports = "x\\u0000y"',
        'reports = "' + "x" * 300 + '"',
        'scenarios = ["$(id)\\n"]',
        'provider = "libvirt; id"',
        'keep = "`id`"',
        "workers = " + "9" * 5_000,
        "workers = 1e400",
        "x = " + "[" * 5_000,
        "x = " + "{a=" * 5_000,
        "a." * 3_000 + "b = 1",
        'kubernetes = "' + "9" * 100_000 + '"',
        '[libvirt]\nuri = "qemu+ssh://h/system?command=/tmp/x"',
        '[libvirt]\nuri = "qemu+ssh://h/sys\\r\\ntem"',
        '[pods]\nmanifest = "\\u001b[2J"',
        "\x00",
        "\ufeff\ufeff",
    ],
    ids=range(16),
)
def test_hostile_settings_are_refused_in_a_sentence_that_one_can_read(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (home / "kubedrill.toml").write_text(text)
    assert kubedrill("run", "os-disk-swap", "--provider", "rehearsal") == 2
    said = capsys.readouterr().err
    assert said.startswith("kubedrill: ")
    assert len(said) < 5_000
    assert [path.name for path in files(home)] == ["kubedrill.toml"]


def test_a_machine_is_looked_up_and_never_made_of_a_word(home: Path) -> None:
    assert home.is_dir()
    for word in HOSTILE:
        with pytest.raises(SpecError):
            machine_of(RUN, word)


def test_a_scenario_that_nests_too_deep_and_durations_without_end_are_refused(tmp_path: Path) -> None:
    scenario = tmp_path / "test_x.py"
    for text in ("x = " + "(" * 5_000 + ")" * 5_000, "x = " + "-" * 100_000 + "1", "x = " + "[" * 300):
        scenario.write_text(text)
        with pytest.raises(SpecError, match="cannot be read"):
            find_drills([scenario])
    durations = tmp_path / "run.json"
    durations.write_text('{"drills": [{"drill": "a", "seconds": ' + "9" * 400 + "}]}")
    with pytest.raises(SpecError, match="tells no durations"):
        read_durations(durations)
