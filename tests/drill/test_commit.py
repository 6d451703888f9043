"""The commit that performed a drill is on record, where there is one to be known."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.drill import commit
from harness.drill.commit import known_commit


def git(folder: Path, *words: str) -> None:
    names = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True)


def test_the_commit_of_a_checkout_is_known_and_a_change_is_told(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a").write_text("1")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-qm", "a")
    clean = known_commit(tmp_path)
    assert len(clean) == 12
    (tmp_path / "a").write_text("2")
    known_commit.cache_clear()
    assert known_commit(tmp_path) == f"{clean}-dirty"


def test_without_git_a_drill_is_performed_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    assert known_commit(tmp_path) == ""
    known_commit.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert known_commit(tmp_path) == ""


def test_an_installed_package_does_not_take_the_commit_of_whose_repository_it_lies_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Installed:
        def read_text(self, _: str) -> str:
            return '{"url": "https://example.org/k", "vcs_info": {"commit_id": "0123456789abcdef", "vcs": "git"}}'

    git(tmp_path, "init", "-q")
    package = tmp_path / "site-packages"
    package.mkdir()
    monkeypatch.setattr(commit, "distribution", lambda _: Installed())
    assert known_commit(package) == "0123456789ab"
