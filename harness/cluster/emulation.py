"""The control plane on processors that are emulated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.providers.libvirt.tuning import RARE_COLLECTION

#: An API under emulation keeps its clients waiting for 15 s now and then, and needs 40 s until it calls itself healthy.
#: With leases of 15 s a controller-manager begins to lead before that, gives up after 10 s, and kubelet's pause until
#: the next attempt costs another 40 s. Longer ones cost what they are longer: after each boot and each restore nobody
#: leads until the lease of before has run out. Who leads may try to go on leading almost as long as it lasts.
_LEASES = (
    ("leader-elect-lease-duration", "25s"),
    ("leader-elect-renew-deadline", "24s"),
    ("leader-elect-retry-period", "2s"),
)

#: An emulated processor takes 7 s for the keys of a control plane where they are RSA, and 0.4 s where they are these;
#: and each handshake signs once more, of which the probes of kubelet alone make one a second.
_KEYS = {"encryptionAlgorithm": "ECDSA-P256"}

#: kubeadm gives up on a control plane after 4 minutes; an emulated one on a host that is busy was not healthy by then.
PATIENCE = {
    "controlPlaneComponentHealthCheck": "20m0s",
    "kubeletHealthCheck": "20m0s",
    "kubernetesAPICall": "5m0s",
    "etcdAPICall": "10m0s",
    "tlsBootstrap": "20m0s",
}

#: kubeadm's kube-proxy asks for no processor, so on a busy machine it gets what all others leave: under emulation it
#: wrote its first line 101 s after its start, and pods that could have begun found no Service until then. Everything
#: waits for it after a boot, CoreDNS first, so its share is that of several canaries.
SHARE: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "LimitRange",
    "metadata": {"name": "kube-proxy-does-not-starve", "namespace": "kube-system"},
    "spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "200m"}}]},
}


def emulated(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """The same ClusterConfiguration, with cheap keys, less garbage collected and more patience for leases."""
    name, value = RARE_COLLECTION
    environment = {"extraEnvs": [{"name": name, "value": value}]}
    changed = {**configuration, **_KEYS}
    for part in ("apiServer", "controllerManager", "scheduler"):
        changed[part] = {**changed.get(part, {}), **environment}
    for part in ("controllerManager", "scheduler"):
        leases = [{"name": name, "value": value} for name, value in _LEASES]
        changed[part]["extraArgs"] = [*changed[part].get("extraArgs", ()), *leases]
    if "external" not in changed.get("etcd", {}):
        changed["etcd"] = {"local": {**changed.get("etcd", {}).get("local", {}), **environment}}
    return changed
