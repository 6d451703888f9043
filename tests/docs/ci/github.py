"""As much of GitHub's runner as the templates use."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.docs.ci.checkout import ROOT, Checkout

_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
#: How GitHub starts a step whose shell is bash.
SHELL = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")


def workflow(name: str) -> dict[str, Any]:
    """A workflow as it is written."""
    document = yaml.safe_load((ROOT / "docs/ci" / name).read_text())
    assert isinstance(document, dict)
    return document


@dataclass(slots=True, kw_only=True)
class Job:
    """One job of a workflow, performed step by step."""

    checkout: Checkout
    flow: dict[str, Any]
    name: str
    #: What expressions are: 'matrix.shard' and the like.
    context: dict[str, str]
    outputs: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    failed: bool = False

    def perform(self, up_to: str = "") -> None:
        """Perform the steps in order, as far as their conditions let them; or only those before this one."""
        for step in self.flow["jobs"][self.name]["steps"]:
            if up_to and step.get("name") == up_to:
                return
            if self.wanted(step):
                self.step(step)

    def wanted(self, step: Mapping[str, Any]) -> bool:
        """Whether the condition of a step holds."""
        condition = str(step.get("if", "success()"))
        if condition == "always()":
            return True
        if self.failed:
            return False
        if condition == "success()":
            return True
        match = re.fullmatch(r"([\w.-]+) != '(.*)'", condition)
        assert match is not None, f"a condition that this runner does not know: {condition}"
        return self._value(match[1]) != match[2]

    def step(self, step: Mapping[str, Any]) -> None:
        """Perform one step."""
        if "uses" in step:
            self.used.append(step["uses"])
            return
        ended = self.checkout.run(step["run"], self.environment(step), SHELL)
        self._take(step, ended)

    def environment(self, step: Mapping[str, Any]) -> dict[str, str]:
        """The variables of a step; the provider, the cache and the number of jobs are those of the scratch checkout."""
        levels = (self.flow, self.flow["jobs"][self.name], step)
        env = {name: self.resolved(str(value)) for level in levels for name, value in level.get("env", {}).items()}
        (self.checkout.root / "github").mkdir(exist_ok=True)
        files = {name: str(self.checkout.root / "github" / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        return {**env, **files, **self.checkout.env, "SHARDS": "32"}

    def resolved(self, text: str) -> str:
        """The text with its expressions replaced."""
        return _EXPRESSION.sub(lambda found: self._value(found[1]), text)

    def summary(self) -> str:
        """What stands on the page of the job."""
        return (self.checkout.root / "github/GITHUB_STEP_SUMMARY").read_text()

    def _take(self, step: Mapping[str, Any], ended: subprocess.CompletedProcess[str]) -> None:
        self.said.append(ended.stdout + ended.stderr)
        self.failed = self.failed or ended.returncode != 0
        path = Path(self.checkout.root / "github/GITHUB_OUTPUT")
        for line in path.read_text().splitlines() if path.exists() else []:
            name, _, value = line.partition("=")
            self.outputs[f"steps.{step.get('id')}.outputs.{name}"] = value
        path.unlink(missing_ok=True)

    def _value(self, expression: str) -> str:
        if expression.startswith("env."):
            name = expression.removeprefix("env.")
            return self.resolved(str(self.flow["jobs"][self.name].get("env", {}).get(name, "")))
        return self.outputs.get(expression, self.context.get(expression, ""))
