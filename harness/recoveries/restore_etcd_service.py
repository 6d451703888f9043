"""An etcd that is a service of its own machine gets other data, and the API server finds it again."""

from __future__ import annotations

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.errors import LabError
from harness.facts.etcd_damage import SERVICE_LOG, message
from harness.facts.etcd_service import ACCOUNT, ETCD_UNIT, SERVICE, UNIT
from harness.lab import Node
from harness.recoveries.inspection import inspect
from harness.recoveries.recovery import RecoveryError
from harness.recoveries.snapshot import DATA, RestoreOptions, restore_beside
from harness.recoveries.static_pods import await_api
from harness.spec import Role

#: What etcd and Go write when they end by themselves.
_LAST_WORDS = ('"level":"fatal"', '"level":"panic"', "panic:")


class RestoreEtcdService:
    """Restore the snapshot into a new directory, give it to etcd's account, edit the service, and start it."""

    name = "restore-etcd-service"
    keeps_configuration = True
    restores_data = True
    in_place = True

    def __init__(self, node: Node, directory: str = f"{DATA}/from-backup") -> None:
        self.node = node.name
        self.directory = directory
        self.options = RestoreOptions()
        #: Without it all that was restored is root's.
        self.gives_away = True
        #: Without it etcd starts where it always did.
        self.edits = True

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps, in the order in which an engineer would type them."""
        etcd, master = _home(cluster), cluster.nodes[self.node]
        inspect(etcd, bundle, self.options)
        restore_beside(etcd, bundle, self.options, self.directory)
        if self.gives_away:
            etcd.run(["chown", "--recursive", f"{ACCOUNT}:", self.directory])
        if self.edits:
            etcd.run(["sed", "--in-place", f"s#--data-dir=[^ ]*#--data-dir={self.directory}#", UNIT])
        etcd.run(["systemctl", "daemon-reload"])
        _restart(etcd)
        # kubelet keeps an API server that has missed its etcd for minutes waiting for up to five more.
        master.run(["systemctl", "restart", "kubelet.service"])
        await_api(cluster, master)
        # What a power cut can still take is not recovered.
        for node in (etcd, master):
            node.run(["sync"])


def _home(cluster: Cluster) -> Node:
    homes = cluster.of_role(Role.ETCD)
    if len(homes) != 1:
        raise LabError(f"etcd has {len(homes)} machines of its own here; this way back is for one")
    return homes[0]


def _restart(node: Node) -> None:
    """Start etcd anew; systemd says only that it failed, so etcd is asked why."""
    restarted = node.attempt(["systemctl", "restart", SERVICE])
    if restarted.status == 0:
        return
    directory = ETCD_UNIT.parse(node.attempt(ETCD_UNIT.argv))
    lines = node.attempt(SERVICE_LOG).stdout.splitlines()
    said = [line for line in lines if any(mark in line for mark in _LAST_WORDS)] or lines or ["nothing"]
    raise RecoveryError(f"etcd does not start from {directory}: {message(said[-1])}")
