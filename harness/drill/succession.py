"""Leaders are killed one after the other, and whoever follows is waited for."""

from __future__ import annotations

from dataclasses import asdict

from harness.cluster.cluster import Cluster
from harness.drill.examination import Examination
from harness.drill.leading import Leading, member_names
from harness.facts import Moment
from harness.facts.leadership import LEADERSHIPS, Office
from harness.spec import Role

#: The kernel keeps so many letters of a program's name.
_LETTERS = 15


class Succession:
    """Asks who leads, kills that program alone, and asks again."""

    def __init__(self, cluster: Cluster, examination: Examination) -> None:
        self._cluster = cluster
        self._examination = examination
        self._leading = Leading(cluster)

    def depose(self, office: Office) -> None:
        """Kill who leads; that somebody follows, and when, is judged from the two answers and their times."""
        nodes = self._cluster.of_role(Role.CONTROL_PLANE)
        names = member_names(nodes[0]) if office is Office.ETCD else {}
        before = self._leading.awaited(office, nodes=nodes, names=names)
        if before is None:
            return
        self._examination.note_answer(LEADERSHIPS[office], Moment.LED, lambda: asdict(before))
        self._cluster.nodes[before.machine].run(["pkill", "--signal", "KILL", "--exact", office[:_LETTERS]])
        # Who was killed is started again by kubelet: it is no witness of what happened meanwhile.
        others = [node for node in nodes if node.name != before.machine]
        later = self._leading.awaited(office, lambda now: now.number > before.number, others, names)
        after = later or before
        self._examination.note_answer(LEADERSHIPS[office], Moment.DEPOSED, lambda: asdict(after))
