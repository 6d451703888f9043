"""Trials of the living cluster: each tells whether it worked and what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from harness.facts.fact import Output
from harness.facts.reading import fit_json, read_json, shortened
from harness.strict_json import json_value

_FORBIDDEN = 403
_POD_SECURITY = "violates PodSecurity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Whether it worked, and what was seen."""

    ok: bool
    saw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifesign:
    """One trial that the harness makes over the API."""

    name: str

    @property
    def argv(self) -> tuple[str, ...]:
        """What is tried."""
        return ("api", "try", self.name)

    def parse(self, output: Output) -> Trial:
        """The outcome; an API that refused is an outcome too."""
        if output.status != 0:
            said = shortened(output.stderr or output.stdout) or "nothing"
            return Trial(ok=False, saw=f"status {output.status}: {said}")
        return fit_json(Trial, output.stdout)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldToken:
    """A request with a service-account token issued before the fault."""

    name: str = "old-token"
    argv: tuple[str, ...] = ("api", "ask", "with-old-token")

    def parse(self, output: Output) -> int:
        """The HTTP status of the reply."""
        if output.status != 0:
            raise ValueError(f"no HTTP reply: {shortened(output.stderr or output.stdout) or 'nothing was said'}")
        status = int(output.stdout.strip())
        if not 100 <= status <= 599:
            raise ValueError(f"{status} is not an HTTP status")
        return status


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """A pod asks the cluster's DNS for the API's Service."""

    name: str = "resolve"
    argv: tuple[str, ...] = ("/canary", "resolve", "kubernetes.default.svc.cluster.local")

    def parse(self, output: Output) -> tuple[str, ...]:
        """The addresses; a resolver that failed found none."""
        if output.status != 0:
            return ()
        return tuple(str(ip_address(word)) for word in _words(output.stdout))


def _words(text: str) -> list[str]:
    if text.lstrip().startswith("["):
        return [str(word) for word in json_value(text)]
    return text.replace(",", " ").split()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondScheduler:
    """A pod asks for the second scheduler by its name."""

    name: str = "second-scheduler"
    argv: tuple[str, ...] = ("api", "try", "second-scheduler")

    def parse(self, output: Output) -> Trial:
        """Whether it was scheduled; an API that refused the pod says nothing of schedulers."""
        return read_json(Trial, output)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A pod that may do everything on its machine is handed to the API."""

    name: str = "admission"
    argv: tuple[str, ...] = ("api", "apply", "privileged-pod")

    def parse(self, output: Output) -> str:
        """The words in which it was refused; empty if it was admitted."""
        if output.status == 0:
            return ""
        if output.status != _FORBIDDEN or _POD_SECURITY not in output.stderr:
            said = shortened(output.stderr or output.stdout) or "nothing"
            raise ValueError(f"neither admitted nor refused for its rights: {said}")
        return output.stderr[output.stderr.index(_POD_SECURITY) :].strip()


API_WRITE = Lifesign(name="api-write")
ROLLOUT = Lifesign(name="rollout")
SCHEDULING = Lifesign(name="scheduling")
SERVICE = Lifesign(name="service")
SECOND_SCHEDULER = SecondScheduler()
ADMISSION = Admission()
OLD_TOKEN = OldToken()
RESOLVE = Resolve()
