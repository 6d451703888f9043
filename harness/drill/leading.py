"""Who leads now, and waiting for who leads next."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from harness.clock import Deadline, NotYet, wait_for
from harness.cluster.cluster import Cluster
from harness.errors import DeadlineError
from harness.facts.etcd import ETCD_MEMBERS, ETCD_STATUS
from harness.facts.leadership import Office, Reign
from harness.lab import Node
from harness.providers.seam import ApiError

#: Twice as long as the longest takeover, that of a lease.
_PATIENCE = timedelta(seconds=45)
_LOOK = timedelta(milliseconds=100)


class Leading:
    """Asks members for etcd's leader, and the API for the holders of leases."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._journal = cluster.journal

    def awaited(
        self,
        office: Office,
        wanted: Callable[[Reign], bool] = lambda _: True,
        nodes: Iterable[Node] = (),
        names: Mapping[int, str] | None = None,
    ) -> Reign | None:
        """Who leads in a reign that is wanted, if somebody comes to in time."""
        found: Reign | None = None

        def led() -> bool | NotYet:
            nonlocal found
            try:
                now = self._of_etcd(nodes, names or {}) if office is Office.ETCD else self._of_lease(office)
            except (ApiError, ValueError) as silent:
                return NotYet(str(silent))
            if not now.holder or not wanted(now):
                return NotYet(f"'{now.holder}' of before" if now.holder else "nobody leads")
            found = now
            return True

        what = f"somebody to lead as '{office}'"
        deadline = Deadline.after(_PATIENCE * self._cluster.lab.pace, self._journal.clock)
        with self._journal.wait(what), contextlib.suppress(DeadlineError):
            wait_for(what, led, deadline, every=_LOOK)
        return found

    def _of_etcd(self, nodes: Iterable[Node], names: Mapping[int, str]) -> Reign:
        """What the first of them that follows a leader tells; each tells what it knows itself."""
        for node in nodes:
            (told,) = ETCD_STATUS.parse(node.machine.channel.run(ETCD_STATUS.argv))
            if told.status.leader:
                header = told.status.header
                holder = names.get(told.status.leader, "")
                return Reign(holder=holder, number=header.raft_term, of=f"{header.cluster_id:x}")
        return Reign(holder="", number=0, of="")

    def _of_lease(self, office: Office) -> Reign:
        lease = self._cluster.api.get("Lease", office, "kube-system")
        told = lease["spec"]
        number = told.get("leaseTransitions") or 0
        return Reign(holder=told.get("holderIdentity") or "", number=number, of=lease["metadata"]["uid"])


def member_names(node: Node) -> dict[int, str]:
    """Whose number is whose: etcd tells its leader by number alone."""
    return {one.id: one.name for one in ETCD_MEMBERS.parse(node.machine.channel.run(ETCD_MEMBERS.argv)).members}
