"""What a CronJob of an old runbook counts on: a version of the API, and the label of a control plane."""

from __future__ import annotations

from dataclasses import dataclass

from harness.facts.fact import Output
from harness.facts.reading import shortened, succeeded

_GONE = "the server could not find the requested resource"


@dataclass(frozen=True, slots=True, kw_only=True)
class OldJobVersion:
    """Whether the API serves batch/v1beta1."""

    name: str = "old-job-version"
    argv: tuple[str, ...] = ("kubectl", "get", "--raw", "/apis/batch/v1beta1")

    def parse(self, output: Output) -> bool:
        """Only a refusal in so many words says that it does not."""
        if output.status == 0:
            return True
        if _GONE in output.stderr:
            return False
        raise ValueError(f"neither served nor gone: {shortened(output.stderr) or 'nothing was said'}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OldMasters:
    """The machines that have the old label of a control plane."""

    name: str = "old-masters"
    argv: tuple[str, ...] = ("kubectl", "get", "nodes", "--selector=node-role.kubernetes.io/master", "--output=name")

    def parse(self, output: Output) -> tuple[str, ...]:
        """Their names."""
        return tuple(line.removeprefix("node/") for line in succeeded(output).split())


OLD_JOB_VERSION = OldJobVersion()
OLD_MASTERS = OldMasters()
