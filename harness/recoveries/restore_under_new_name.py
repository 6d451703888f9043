"""A control plane comes back from the vault on a machine that has another name."""

from __future__ import annotations

from dataclasses import replace

from harness.backup import Bundle
from harness.backup.records import member_of
from harness.cluster.cluster import Cluster
from harness.cluster.fingerprint import Fingerprint
from harness.facts import Moment
from harness.facts.certificates import PKI
from harness.lab import Node
from harness.recoveries.bound_volumes import bind_anew
from harness.recoveries.files import put_back_files
from harness.recoveries.inspection import inspect
from harness.recoveries.pki import put_back_pki
from harness.recoveries.restore_under_new_address import ADDRESSED
from harness.recoveries.second_init import init_again
from harness.recoveries.snapshot import RestoreOptions, put_back_snapshot


class RestoreUnderNewName:
    """Make anew the certificates that tell the name, init, and clear up after the Node that no machine is any more."""

    name = "restore-under-new-name"
    keeps_configuration = True
    restores_data = True
    #: Manifests of before tell etcd the old name; kubeadm writes them anew.
    takes = ("pki", "files", "kubeadm", "etcd")
    remakes = ADDRESSED

    def __init__(self, node: Node) -> None:
        self.node = node.name
        self.options = RestoreOptions()
        #: Without it the Node of the old name stays, and what was bound to it waits for a machine.
        self.lays_ghost = True
        #: Without it no machine has the volumes of the old name, and who needs them is never scheduled.
        self.binds_volumes = True

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps, in the order in which an engineer would type them."""
        node = cluster.nodes[self.node]
        old, renamed = _renamed(bundle, node.spec.called)
        inspect(node, renamed, self.options)
        cluster.prepare(node)
        put_back_pki(node, bundle.below("pki"))
        node.destroy(["rm", *(f"{PKI}/{name}.{end}" for name in ADDRESSED for end in ("crt", "key"))])
        put_back_snapshot(node, renamed, self.options)
        put_back_files(node, renamed.below("files"))
        init_again(cluster, node, renamed)
        fingerprint = Fingerprint(cluster)
        fingerprint.nodes(Moment.RENAMED)
        fingerprint.pods(Moment.RENAMED)
        fingerprint.objects(Moment.RENAMED)
        if self.lays_ghost:
            node.run(["kubectl", "delete", "node", old])
            # Nobody else ends them before 40 s have passed, and until then nobody makes others.
            bound = ["--all-namespaces", f"--field-selector=spec.nodeName={old}", "--force", "--ignore-not-found"]
            node.run(["kubectl", "delete", "pods", *bound])
        if self.binds_volumes:
            bind_anew(node, old, node.spec.called)
        # kubeadm does not sync what it writes, and what a power cut can still take is not recovered.
        node.run(["sync"])


def _renamed(bundle: Bundle, name: str) -> tuple[str, Bundle]:
    """The name of before, and the backup with another one in the member's record."""
    member = member_of(bundle)
    return member.name, Bundle({**bundle.files, **replace(member, name=name).file})
