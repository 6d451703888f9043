"""`kubedrill repro` repeats a drill as it was, or says in one sentence why it cannot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli.exit_status import ExitStatus
from harness.cli.run.parent import RunParent, RunResult
from harness.cli.run.request import RunRequest
from harness.images.image import images_folder
from tests.images.test_image import _fill
from tests.report.past.nights import FIRST, perform

Command = Callable[..., int]
IMAGE = "d" * 64
SETTINGS = {"source": "modules", "connect": "qemu:///system", "etcd_mib": 2048, "volumes_mib": 1024, "pods": None}


@pytest.fixture
def asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[RunRequest]:
    """What is asked of the parent of a run, instead of performing it."""
    found: list[RunRequest] = []

    def perform(_: RunParent, request: RunRequest) -> RunResult:
        found.append(request)
        return RunResult(run="r", folder=home, outcomes=(), status=ExitStatus.FAILED, remarks=(), kept=())

    monkeypatch.setattr(RunParent, "perform", perform)
    monkeypatch.setattr("harness.cli.run.request._check_privileges", lambda *_: None)
    return found


def broken(home: Path, *drills: str, **more: object) -> str:
    told = {"verdict": "failed", "cause": "no", "image": IMAGE, "settings": SETTINGS, "seed": 42, **more}
    return perform(home / "reports", FIRST, drills or ("os-disk-swap",), **told).name


def test_everything_that_was_is_asked_for_again_and_the_lab_is_kept(
    kubedrill: Command, home: Path, asked: list[RunRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    _fill(images_folder() / IMAGE)
    run = broken(home, sabotage="lose-ca-key")
    assert kubedrill("repro", run) == 1
    (request,) = asked
    assert (request.seed, request.source, request.keep) == (42, f"image={IMAGE}", "always")
    assert (request.kubernetes, request.provider, request.sabotage) == ("v1.34.4", "container", "lose-ca-key")
    assert [drill.name for drill in request.drills] == ["os-disk-swap"]
    assert capsys.readouterr().out.splitlines()[0] == (
        f"kubedrill run os-disk-swap --provider container --kubernetes v1.34.4 --source image={IMAGE}"
        " --seed 42 --sabotage lose-ca-key --keep always"
    )


def test_a_dry_run_prints_the_command_and_performs_nothing(
    kubedrill: Command, home: Path, asked: list[RunRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    _fill(images_folder() / IMAGE)
    assert kubedrill("repro", broken(home), "--dry-run", "--reports", "reports") == 0
    assert asked == []
    said = capsys.readouterr().out
    assert said.startswith("kubedrill run os-disk-swap --provider container")
    assert said.endswith("--reports reports\n")


def test_an_image_that_is_gone_is_refused_in_one_sentence(
    kubedrill: Command, home: Path, asked: list[RunRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    assert kubedrill("repro", broken(home)) == 2
    assert f"The node image '{IMAGE}' is not in the cache any more" in capsys.readouterr().err
    assert asked == []


def test_an_image_of_another_version_is_refused(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _fill(images_folder() / IMAGE)
    assert kubedrill("repro", broken(home, kubernetes="v1.33.8"), "--dry-run") == 2
    assert "has Kubernetes v1.34.4, and not v1.33.8" in capsys.readouterr().err


def test_of_many_drills_the_one_that_did_not_pass_is_meant(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = broken(home, "os-disk-swap", "rollback", provider="rehearsal", image="rehearsal")
    assert kubedrill("repro", run, "--dry-run") == 2
    assert "There are: os-disk-swap (failed), rollback (failed)" in capsys.readouterr().err
    report = home / "reports" / run / "rollback" / "report.json"
    report.write_text(json.dumps(json.loads(report.read_text()) | {"verdict": "passed"}))
    assert kubedrill("repro", run, "--dry-run") == 0
    assert "kubedrill run os-disk-swap --provider rehearsal" in capsys.readouterr().out
    assert kubedrill("repro", run, "rollback", "--dry-run") == 0
    assert "kubedrill run rollback" in capsys.readouterr().out
    assert kubedrill("repro", f"./reports/{run}/rollback", "--dry-run") == 0
    assert "kubedrill run rollback" in capsys.readouterr().out
    assert kubedrill("repro", run, "quorum-loss", "--dry-run") == 2


def test_settings_that_no_option_says_have_to_be_as_they_were(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = broken(home, provider="rehearsal", image="rehearsal")
    (home / "kubedrill.toml").write_text("[disks]\netcd_mib = 640\n")
    assert kubedrill("repro", run, "--dry-run") == 2
    assert "'etcd_mib' = 2048, and here it is 640" in capsys.readouterr().err


@pytest.mark.parametrize("gone", ["seed", "provider", "kubernetes", "drill"])
def test_what_is_not_on_record_cannot_be_repeated(
    kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str], gone: str
) -> None:
    assert kubedrill("repro", broken(home, **{gone: None}), "--dry-run") == 2
    assert f"left no {gone} on record" in capsys.readouterr().err


def test_a_rehearsal_is_repeated_with_the_same_result(kubedrill: Command, home: Path) -> None:
    words = ("--provider", "rehearsal", "--sabotage", "lose-ca-key", "--seed", "3")
    assert kubedrill("run", "os-disk-swap", *words) == 1
    first = (home / "reports/latest").resolve().name
    assert kubedrill("repro", first) == 1
    again = (home / "reports/latest").resolve().name
    assert again != first
    assert kubedrill("diff", first, again) == 0
