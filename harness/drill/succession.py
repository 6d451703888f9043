"""Leaders are killed one after the other, and whoever follows is waited for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import timedelta

from harness.clock import Deadline, NotYet, wait_for
from harness.cluster.cluster import Cluster
from harness.drill.examination import Examination
from harness.errors import DeadlineError
from harness.facts import Moment
from harness.facts.etcd import ETCD_MEMBERS, ETCD_STATUS
from harness.facts.leadership import LEADERSHIPS, Office, Reign
from harness.lab import Node
from harness.providers.seam import ApiError
from harness.spec import Role

#: Twice as long as the longest takeover, that of a lease.
_PATIENCE = timedelta(seconds=45)
_LOOK = timedelta(milliseconds=100)
#: The kernel keeps so many letters of a program's name.
_LETTERS = 15


class Succession:
    """Asks who leads, kills that program alone, and asks again."""

    def __init__(self, cluster: Cluster, examination: Examination) -> None:
        self._cluster = cluster
        self._examination = examination
        self._journal = cluster.journal

    def depose(self, office: Office) -> None:
        """Kill who leads; that somebody follows, and when, is judged from the two answers and their times."""
        nodes = self._cluster.of_role(Role.CONTROL_PLANE)
        names = _names(nodes[0]) if office is Office.ETCD else {}
        before = self._awaited(office, nodes, names, since=-1)
        if before is None:
            return
        self._examination.note_answer(LEADERSHIPS[office], Moment.LED, lambda: asdict(before))
        self._cluster.nodes[before.machine].run(["pkill", "--signal", "KILL", "--exact", office[:_LETTERS]])
        # Who was killed is started again by kubelet: it is no witness of what happened meanwhile.
        others = [node for node in nodes if node.name != before.machine]
        after = self._awaited(office, others, names, since=before.number) or before
        self._examination.note_answer(LEADERSHIPS[office], Moment.DEPOSED, lambda: asdict(after))

    def _awaited(self, office: Office, nodes: Iterable[Node], names: Mapping[int, str], *, since: int) -> Reign | None:
        """Who leads in a later reign than that one, if somebody comes to in time."""
        found: Reign | None = None

        def led() -> bool | NotYet:
            nonlocal found
            try:
                now = self._of_etcd(nodes, names) if office is Office.ETCD else self._of_lease(office)
            except (ApiError, ValueError) as silent:
                return NotYet(str(silent))
            if not now.holder or now.number <= since:
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


def _names(node: Node) -> dict[int, str]:
    """Whose number is whose: etcd tells its leader by number alone."""
    return {one.id: one.name for one in ETCD_MEMBERS.parse(node.machine.channel.run(ETCD_MEMBERS.argv)).members}
