"""The steps that make a cluster of one's own machines, for who makes them without a drill."""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.cluster import flannel, kubeadm
from harness.cluster.images import Images
from harness.cluster.kubeadm import HostTraits
from harness.cluster.preparation import set_up
from harness.spec import ClusterSpec, LabSpec, NodeSpec, Role

_FLANNEL = "/etc/kubedrill/flannel.json"
_MADE = "/etc/kubedrill/cluster-made"
_KUBECTL = ("env", "KUBECONFIG=/etc/kubernetes/admin.conf", "kubectl")


@dataclass(slots=True, kw_only=True)
class Script:
    """A machine on which nothing is done: what would be is taken down as a script."""

    spec: NodeSpec
    lines: list[str] = field(default_factory=lambda: ["set -eu"])

    def put(self, path: str, content: str, mode: int = 0o644) -> None:
        """Take a file down."""
        folder = shlex.join(["mkdir", "-p", path.rpartition("/")[0]])
        written = base64.b64encode(content.encode()).decode()
        self.lines += [
            folder,
            f"echo {written} | base64 -d | {shlex.join(['install', f'-m{mode:04o}', '/dev/stdin', path])}",
        ]

    def run(self, argv: Sequence[str]) -> None:
        """Take a command down."""
        self.lines.append(shlex.join(argv))

    @property
    def text(self) -> str:
        """All of it, for a shell."""
        return "\n".join(self.lines) + "\n"


def steps(lab: LabSpec, node: NodeSpec, kubernetes: str, traits: HostTraits) -> str:
    """What one machine has to do: the first control plane makes the cluster, all others get ready to join it."""
    spec = ClusterSpec(kubernetes=kubernetes, endpoint=lab.endpoint)
    script = Script(spec=node)
    set_up(script, lab, traits, shared_endpoint=True)
    if node is lab.of_role(Role.CONTROL_PLANE)[0]:
        _initialise(script, spec, traits, alone=not lab.of_role(Role.WORKER))
    return script.text


def _initialise(script: Script, spec: ClusterSpec, traits: HostTraits, *, alone: bool) -> None:
    images = Images()
    items = list(flannel.manifests(spec, image=images.flannel, plugin_image=images.flannel_plugin))
    script.put(kubeadm.CONFIG, kubeadm.to_yaml(*kubeadm.init_documents(spec, script.spec, traits)), 0o600)
    script.put(_FLANNEL, json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    # As often as the machine is provisioned there is one cluster, and what an earlier time left undone is done.
    script.lines.append(f"[ ! -e {_MADE} ] || exit 0")
    secretly = ["--upload-certs", "--skip-token-print", "--skip-certificate-key-print"]
    init = shlex.join(["kubeadm", "init", "--config", kubeadm.CONFIG, *secretly])
    script.lines.append(f"[ -e /etc/kubernetes/admin.conf ] || {init}")
    # To validate it, kubectl asks for the description of the whole API, which takes an emulated one more than 32 s.
    script.run([*_KUBECTL, "apply", "--server-side", "--validate=false", "-f", _FLANNEL])
    if alone:
        script.run([*_KUBECTL, "taint", "nodes", "--all", f"{kubeadm.CONTROL_PLANE_TAINT}:NoSchedule-"])
    script.run(["touch", _MADE])
