"""Where there is no browser it is said, and nothing else is taken for that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("there", "status"), [(True, 0), (False, 4)])
def test_a_browser_is_looked_for_on_the_path(tmp_path: Path, there: bool, status: int) -> None:
    if there:
        (tmp_path / "chromium").write_text("#!/bin/sh\n")
        (tmp_path / "chromium").chmod(0o755)
    env = {**os.environ, "PATH": str(tmp_path), "PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-m", "tests.browser"], cwd=ROOT, env=env, check=False).returncode == status


def test_make_test_says_when_pages_were_not_opened() -> None:
    recipe = (ROOT / "Makefile").read_text().partition("\ntest: ")[2].partition("\n\n")[0]
    assert "Not run: tests/browser, because no browser is installed (apt-get install chromium)." in recipe
    assert "-m browser tests/browser" in recipe
