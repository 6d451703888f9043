"""What a control plane has beyond kubeadm's defaults, as far as it has consequences: schedulers and admission rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from harness.providers.rehearsal.documents import load_yaml
from harness.providers.seam import ApiError

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_MANIFESTS = "/etc/kubernetes/manifests"
_DEFAULT = "default-scheduler"
_FORBIDDEN = 403


def schedulers(machine: SimulatedMachine) -> Iterator[str]:
    """The names to which the schedulers of this machine answer."""
    for path in machine.below(_MANIFESTS):
        name, *flags = _command(machine.read(path) or b"")
        if name == "kube-scheduler" and machine.kubelet.runs_static(PurePosixPath(path).stem):
            config = next((flag.partition("=")[2] for flag in flags if flag.startswith("--config=")), None)
            yield from _profiles((machine.read(config) if config else None) or b"{}")


@lru_cache(maxsize=64)
def _command(manifest: bytes) -> tuple[str, ...]:
    return tuple(load_yaml(manifest)["spec"]["containers"][0]["command"])


@lru_cache(maxsize=64)
def _profiles(config: bytes) -> tuple[str, ...]:
    told = load_yaml(config).get("profiles", [{"schedulerName": _DEFAULT}])
    return tuple(profile["schedulerName"] for profile in told)


def pod_security(machine: SimulatedMachine, path: str) -> dict[str, Any]:
    """The rules for pods in an admission configuration."""
    plugins = load_yaml(machine.read(path) or b"{}").get("plugins", [])
    return next((one["configuration"] for one in plugins if one["name"] == "PodSecurity"), {})


def refuse_privileged(rules: Mapping[str, Any], pod: Mapping[str, Any]) -> None:
    """Refuse a pod that has more rights than the rules allow."""
    metadata, level = pod["metadata"], rules.get("defaults", {}).get("enforce", "privileged")
    if level == "privileged" or metadata["namespace"] in rules.get("exemptions", {}).get("namespaces", []):
        return
    for container in pod["spec"]["containers"]:
        if container.get("securityContext", {}).get("privileged"):
            what = f'container "{container["name"]}" must not set securityContext.privileged=true'
            said = f'pods "{metadata["name"]}" is forbidden: violates PodSecurity "{level}:latest": privileged ({what})'
            raise ApiError(f"The API answered: {said}", _FORBIDDEN)
