from __future__ import annotations

from pathlib import Path

import pytest

from harness.drill.place import told_place


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "artifacts/run/drill"),
        ({"CI_PROJECT_DIR": "/builds"}, "project/artifacts/run/drill"),
        ({"CI_PROJECT_DIR": "/elsewhere"}, "/builds/project/artifacts/run/drill"),
        ({"JENKINS_URL": "https://ci/"}, "/builds/project/artifacts/run/drill"),
    ],
)
def test_a_server_is_told_the_place_as_it_looks_for_it(environment: dict[str, str], told: str) -> None:
    here = Path("/builds/project")
    assert told_place(here / "artifacts" / "run" / "drill", environment, here) == told
