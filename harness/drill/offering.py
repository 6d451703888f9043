"""Bad backups are offered to a recovery, which has to refuse them."""

from __future__ import annotations

from collections.abc import Sequence

from harness.backup import Bundle, DamagedBackupError
from harness.backup.spoilt import Spoilt
from harness.cluster.cluster import Cluster
from harness.drill.examination import Examination
from harness.facts import Moment
from harness.journal import Kind
from harness.lab import StepError
from harness.recoveries import Recovery
from harness.recoveries.recovery import RecoveryError


def offer(
    cluster: Cluster, examination: Examination, recovery: Recovery, good: Bundle, backups: Sequence[Spoilt]
) -> str:
    """Offer one after the other, and look each time at what must not have changed; the name of one that was accepted.

    Whoever accepts one has changed the cluster by it, so that no other is offered.
    """
    node = cluster.nodes[recovery.node]
    examination.untouched(node, Moment.OFFERED)
    for one in backups:
        try:
            recovery.run(cluster, one.of(good))
        except (DamagedBackupError, StepError, RecoveryError) as refused:
            told = {"recovery": recovery.name, "node": recovery.node, "state": "refused", "backup": one.name}
            cluster.journal.write(Kind.RECOVERY, **told, cause=str(refused))
        else:
            return one.name
        examination.untouched(node, one.name)
    return ""
