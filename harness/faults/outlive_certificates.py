"""A machine is lost for longer than its certificates live; it comes up from its other OS disk."""

from __future__ import annotations

from datetime import datetime, timedelta

from harness.cluster.cluster import Cluster
from harness.errors import LabError
from harness.facts import Moment
from harness.facts.certificates import CERTIFICATES, KUBELET_CERTIFICATE
from harness.faults.fault import Bite
from harness.faults.swap_os_disk import SwapOsDisk
from harness.lab import Node

#: Certificates that live as long as kubeadm makes them live would keep a drill waiting for a year.
_LONGEST = timedelta(hours=1)
#: Beyond the second in which they expire.
_MARGIN = timedelta(seconds=2)


class OutliveCertificates:
    """Power cut, a wait until leaves and client certificates of workers have expired, then the second OS disk.

    The workers' kubelets are started anew meanwhile, as by an update: one that has run since its machine joined has the
    bootstrap token in memory, and gets itself a new certificate with it.
    """

    name = "outlive-certificates"
    outlives = True

    def __init__(self, node: Node) -> None:
        self.node = node.name
        self._swap = SwapOsDisk(node)

    @property
    def bites(self) -> tuple[Bite, ...]:
        """Another disk and another boot; that the leaves have expired is seen once they are put back."""
        return self._swap.bites

    def strike(self, cluster: Cluster) -> None:
        """Cut, restart the kubelets, wait, change the boot order, switch on."""
        node = cluster.nodes[self.node]
        leaves = [one.not_after for one in CERTIFICATES.parse(node.run(CERTIFICATES.argv)) if one.is_leaf]
        node.cut()
        for worker in cluster.workers:
            worker.run(["systemctl", "restart", "kubelet.service"])
        # Only now: while there is an API a kubelet gets itself a new one in time.
        known_by = [worker.ask(KUBELET_CERTIFICATE, Moment.FAULTED).not_after for worker in cluster.workers]
        self._outlive(cluster, max([*leaves, *known_by]))
        node.choose(node.machine.slot.other)
        node.power_on()

    def _outlive(self, cluster: Cluster, last: datetime) -> None:
        clock = cluster.journal.clock
        remaining = last + _MARGIN - clock.now()
        if remaining > _LONGEST:
            raise LabError(f"The certificates of '{self.node}' live until {last:%F %H:%M} UTC: nobody waits that long")
        with cluster.journal.wait("certificates to expire"):
            clock.pause(max(0.0, remaining.total_seconds()))
