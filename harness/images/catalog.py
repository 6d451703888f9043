"""The versions of Kubernetes that Kubedrill knows how to build, and what belongs to each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.errors import SpecError, hinted
from harness.images.recipe import recipe_root
from harness.strict_json import json_value

#: The minor versions on offer, oldest first.
SUPPORTED = ("v1.33", "v1.34", "v1.35")
#: The one that is taken when nobody says otherwise.
DEFAULT = "v1.34"

_ASKED = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesVersion:
    """One release of Kubernetes with the releases of everything that its kubeadm expects beside it."""

    minor: str
    kubernetes: str
    etcd: str
    #: etcdctl and etcdutl; of some releases only the server is to be had as a module.
    etcd_tools: str
    coredns: str
    pause: str
    flannel: str
    cni_plugins: str
    flannel_cni_plugin: str
    #: The S3 server of a lab that backs up into a bucket.
    versitygw: str

    @property
    def numbers(self) -> tuple[int, int, int]:
        """The version as numbers that compare."""
        major, minor, patch = self.kubernetes.removeprefix("v").split(".")
        return int(major), int(minor), int(patch)

    def fill(self, template: str) -> str:
        """Put this release's versions in the place of the recipe's @NAMES@."""
        for name in ("kubernetes", "coredns", "pause", "flannel", "flannel_cni_plugin"):
            template = template.replace(f"@{name.upper()}@", str(getattr(self, name)))
        return template.replace("@ETCD@", self.etcd.removeprefix("v"))


def resolve_version(asked: str = DEFAULT) -> KubernetesVersion:
    """The pinned release that a version like `v1.34` or `v1.34.4` means."""
    found = _ASKED.fullmatch(asked.strip())
    minor = f"v{found[1]}.{found[2]}" if found else ""
    if found is None or minor not in SUPPORTED:
        raise SpecError(f"Kubernetes '{asked}' is not supported; choose one of {', '.join(SUPPORTED)}")
    pinned = _release(minor)
    if found[3] is not None and pinned.kubernetes != f"{minor}.{found[3]}":
        raise hinted(
            SpecError(f"Kubernetes '{asked}' is not pinned; of {minor} this recipe has {pinned.kubernetes}"),
            "Change images/versions.json and run `python -m harness.images.pin` to pin another release.",
        )
    return pinned


def _release(minor: str) -> KubernetesVersion:
    versions = json_value((recipe_root() / "versions.json").read_text())
    shared = {name: versions[name] for name in ("flannel", "cni_plugins", "flannel_cni_plugin", "versitygw")}
    return KubernetesVersion(minor=minor, **versions["kubernetes"][minor], **shared)
