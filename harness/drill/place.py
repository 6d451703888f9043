"""Where a drill's reports lie, as a CI server that looks for them has to be told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def told_place(folder: Path, environment: Mapping[str, str], here: Path) -> str:
    """The folder as seen from the project: GitLab reads it so, Jenkins wants the whole path."""
    whole = folder.absolute()
    root = Path(environment.get("CI_PROJECT_DIR") or here)
    if environment.get("JENKINS_URL") or not whole.is_relative_to(root):
        return str(whole)
    return str(whole.relative_to(root))
