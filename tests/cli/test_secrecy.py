"""The parent searches all that a run leaves behind, also where its drills never came to do so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.exit_status import ExitStatus
from harness.cli.run import parent as parents
from harness.cluster import canary
from tests.cli import stage
from tests.journal.test_redaction import TOKEN


def leaking(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """Somebody writes it after the drills."""
    merged = parents.merge

    def merge(folder: Path, *more: object) -> object:
        summary = merged(folder, *more)  # type: ignore[arg-type]
        (folder / name).write_text(text)
        return summary

    monkeypatch.setattr(parents, "merge", merge)


@pytest.mark.parametrize(
    ("conduct", "status"),
    [("passed", ExitStatus.CANNOT_TELL), ("failed", ExitStatus.CANNOT_TELL), ("crash", ExitStatus.CANNOT_TELL)],
)
def test_a_run_with_a_secret_in_its_folder_is_none_to_rely_on_and_says_which_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, conduct: str, status: ExitStatus
) -> None:
    leaking(monkeypatch, "notes.txt", f"kubeadm join --token {TOKEN}")
    parent, _ = stage.parent(conduct)
    result = parent.perform(stage.request(tmp_path))
    assert result.status is status
    assert not result.clean
    (remark,) = [one for one in result.remarks if "notes.txt" in one]
    assert "bootstrap token" in remark
    assert TOKEN not in remark
    assert result.folder.stat().st_mode & 0o777 == 0o700


def test_a_clean_run_can_be_read_by_all_and_not_before_it_was_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []
    merged = parents.merge
    monkeypatch.setattr(
        parents, "merge", lambda folder, *more: modes.append(folder.stat().st_mode & 0o777) or merged(folder, *more)
    )
    parent, _ = stage.parent("passed")
    result = parent.perform(stage.request(tmp_path))
    assert (result.status, result.clean, modes) == (ExitStatus.PASSED, True, [0o700, 0o700])
    assert result.folder.stat().st_mode & 0o777 == 0o755


def test_what_pytest_has_printed_is_cleared_of_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leaking(monkeypatch, "pytest.log", f"E   AssertionError: {TOKEN}\n")
    parent, _ = stage.parent("passed")
    result = parent.perform(stage.request(tmp_path))
    assert result.status is ExitStatus.PASSED
    assert (result.folder / "pytest.log").read_text() == "E   AssertionError: [bootstrap token]\n"


def test_what_a_drill_has_found_itself_is_its_own_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = {"check": "no-secrets-in-reports", "outcome": "broken", "cause": "a secret is in journal.jsonl"}
    report = {"drill": "os-disk-swap", "verdict": "failed", "findings": [finding], "said": canary.SECRET}
    merged = parents.read_outcome

    def read_outcome(folder: Path, drill: str) -> object:
        (folder / drill / "report.json").write_text(json.dumps(report))
        return merged(folder, drill)

    monkeypatch.setattr(parents, "read_outcome", read_outcome)
    parent, _ = stage.parent("failed")
    result = parent.perform(stage.request(tmp_path))
    assert (result.status, result.clean) == (ExitStatus.FAILED, True)
    assert result.folder.stat().st_mode & 0o777 == 0o700
