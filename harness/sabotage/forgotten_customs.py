"""What was put beside kubeadm's defaults is forgotten, and everything comes up without it."""

from __future__ import annotations

import yaml

from harness.backup import Bundle
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage

_AS_MADE = "the control plane is as kubeadm makes it"
_BARE = "the recovery as written restores no more than the CA"
_CLUSTER = "kubeadm/ClusterConfiguration.yaml"
_KUBELET = "kubeadm/KubeletConfiguration.yaml"


class ForgottenManifests(Sabotage):
    """Static pods that kubeadm does not make are not made again."""

    name = "forgotten-manifests"
    does = "leaves the manifests of static pods out of the backup"
    expected = Expected(verdict="failed", names="second scheduler")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """kubeadm makes its own static pods again."""
        return drill.why_not_taken("manifests") or (None if drill.customised else _AS_MADE)

    def bundle(self, bundle: Bundle) -> Bundle:
        """All but manifests."""
        return bundle.only(lambda name: not name.startswith("manifests/"))


class ForgottenAdmission(Sabotage):
    """The API server starts as well without rules."""

    name = "forgotten-admission"
    does = "forgets the API server's own flags, and the admission configuration that they name"
    expected = Expected(verdict="failed", names="admission configuration")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where there are no rules none can be forgotten."""
        return drill.why_not_taken("files") or (None if drill.customised else _AS_MADE)

    def bundle(self, bundle: Bundle) -> Bundle:
        """A ClusterConfiguration without apiServer, and no file and no manifest that goes with it."""
        configuration = yaml.safe_load(bundle.files[_CLUSTER])
        configuration.pop("apiServer", None)
        forgotten = ("files/admission/", "manifests/kube-apiserver")
        kept = bundle.only(lambda name: not name.startswith(forgotten))
        return Bundle({**kept.files, _CLUSTER: yaml.safe_dump(configuration).encode()})


class ForgottenKubeletConfiguration(Sabotage):
    """kubelet runs with kubeadm's defaults."""

    name = "forgotten-kubelet-configuration"
    does = "leaves the kubelets' configuration out of the backup"
    expected = Expected(verdict="failed", names="maxPods")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """A bare init knows none anyway."""
        return drill.why_not_taken("kubeadm") or (None if drill.keeps_configuration else _BARE)

    def bundle(self, bundle: Bundle) -> Bundle:
        """All but that document."""
        return bundle.only(lambda name: name != _KUBELET)
