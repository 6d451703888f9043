"""One control plane of several is lost: the others forget it, and a new machine takes its place."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.facts.certificates import LEAVES
from harness.facts.etcd import ETCD_MEMBERS, ETCDCTL
from harness.lab import Node
from harness.recoveries.certificates import upload_certificates
from harness.recoveries.recovery import RecoveryError


class ReplaceMember:
    """Remove the member, delete the ghost, upload the certificates anew, and join under the same name."""

    name = "replace-member"
    keeps_configuration = True
    takes: tuple[str, ...] = ()
    remakes = LEAVES
    replaces = True

    def __init__(self, lost: Node, through: Node) -> None:
        self.node = lost.name
        self.through = through.name
        #: Without it kubeadm finds an etcd of which one member does not answer.
        self.removes_member = True

    def run(self, cluster: Cluster, bundle: Bundle) -> None:  # noqa: ARG002 -- nothing of it is needed
        """The steps in their order, all but the join on a control plane that is well."""
        node, through = cluster.nodes[self.node], cluster.nodes[self.through]
        if self.removes_member:
            through.run([*ETCDCTL, "member", "remove", _number(node, through)])
        # For 40 s the lost Node is Ready still, and a join of a second one of that name is refused.
        through.run(["kubectl", "delete", "node", node.name])
        upload_certificates(cluster, through)
        cluster.prepare(node)
        cluster.join(node, control_plane=True, pinned_by=through)
        # kubeadm does not sync what it writes, and what a power cut can still take is not recovered.
        node.run(["sync"])


def _number(node: Node, through: Node) -> str:
    """The id of the lost member, as etcdctl wants it."""
    members = ETCD_MEMBERS.parse(through.run(ETCD_MEMBERS.argv)).members
    found = [f"{one.id:x}" for one in members if one.name == node.name]
    if not found:
        raise RecoveryError(f"etcd has no member '{node.name}' that could be removed")
    return found[0]
