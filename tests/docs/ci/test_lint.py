"""The templates are what they claim to be: YAML of a known shape, and shell that two readers accept."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.cli.app import COMMANDS
from tests.docs.ci.checkout import ROOT
from tests.docs.ci.github import workflow
from tests.docs.ci.test_others import GITLAB, jenkins, unit

CI = ROOT / "docs/ci"
WORKFLOWS = ("github-night.yml", "github-watch.yml")
SHELLCHECK = Path(sys.executable).with_name("shellcheck")


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in workflow(name)["jobs"].values() for step in job["steps"]]


def scripts() -> dict[str, tuple[str, str]]:
    """Each piece of shell, and the shell that it is for."""
    found = {
        f"{name}: {step['name']}": ("bash", re.sub(r"\$\{\{.*?\}\}", "x", step["run"]))
        for name in WORKFLOWS
        for step in steps(name)
        if "run" in step
    }
    for name, job in GITLAB.items():
        for part in ("before_script", "script", "after_script"):
            if isinstance(job, dict) and part in job:
                found[f"gitlab: {name} {part}"] = ("bash", "\n".join(job[part]) + "\n")
    for name in ("Jenkinsfile.night", "Jenkinsfile.watch"):
        found |= {f"{name} {number}": ("sh", block) for number, block in enumerate(jenkins(name))}
    return found


SCRIPTS = scripts()


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_shell_has_no_faults(name: str) -> None:
    shell, text = SCRIPTS[name]
    parsed = subprocess.run([shell, "-n"], input=text, text=True, capture_output=True, check=False)
    assert (parsed.returncode, parsed.stderr) == (0, "")
    # SC2154: variables come from the CI server. SC2181 and the like are faults.
    argv = [str(SHELLCHECK), f"--shell={shell}", "--exclude=SC2154", "-"]
    checked = subprocess.run(argv, input=text, text=True, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_there_is_shell_to_look_at() -> None:
    assert len(SCRIPTS) >= 25


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_has_the_shape_that_github_knows(name: str) -> None:
    flow = workflow(name)
    # YAML 1.1 reads the key `on` as a truth.
    triggers: Any = flow.get("on") or flow[True]  # type: ignore[index]
    assert set(triggers) == {"schedule", "workflow_dispatch"}
    assert all(re.fullmatch(r"[0-5]?\d( [\d*]+){4}", one["cron"]) for one in triggers["schedule"])
    assert "permissions" in flow
    for job in flow["jobs"].values():
        assert job["timeout-minutes"] <= 360
        assert set(job.get("needs", [])) <= {*flow["jobs"], *"plan"}
        for step in job["steps"]:
            assert len({"uses", "run"} & set(step)) == 1
            assert set(step) <= {"name", "id", "if", "uses", "with", "run", "env"}
            assert re.fullmatch(r"[\w./-]+@v\d+", step.get("uses", "a@v1"))


def test_what_is_always_to_be_done_is_always_done() -> None:
    always = [step["name"] for step in steps("github-night.yml") if step.get("if") == "always()"]
    assert {"Leave nothing behind", "Sum it up", "Keep the reports", "Keep the heartbeat"} <= set(always)
    assert "kubedrill reap" in "\n".join(GITLAB["drills"]["after_script"])
    assert any("kubedrill reap" in line for line in unit("kubedrill-night.service", "ExecStopPost"))


def test_no_secret_and_no_expression_of_others_reaches_a_shell_as_text() -> None:
    for name in WORKFLOWS:
        assert not [step["name"] for step in steps(name) if "${{" in step.get("run", "")]


def test_each_command_of_a_template_exists() -> None:
    known = {*(name for name, _ in COMMANDS), "image"}
    for path in [*CI.glob("*.yml"), *CI.glob("Jenkinsfile.*"), *(CI / "systemd").iterdir()]:
        named = re.findall(r"\.venv/bin/kubedrill (\w+)", path.read_text())
        assert set(named) <= known, path


def test_the_page_names_each_template() -> None:
    page = (ROOT / "docs/ci.md").read_text()
    for path in (path for path in sorted(CI.rglob("*")) if path.is_file()):
        assert f"(ci/{path.relative_to(CI)})" in page


def test_gitlab_knows_the_shape() -> None:
    stages = GITLAB["stages"]
    for name, job in GITLAB.items():
        if name not in ("stages", "variables", "default"):
            assert job["stage"] in stages
            assert all(
                isinstance(line, str)
                for part in ("before_script", "script", "after_script")
                for line in job.get(part, [])
            )
    yaml.safe_load((CI / "gitlab-ci.yml").read_text())
