"""Backups come by themselves, until they do not, or the wrong one is taken."""

from __future__ import annotations

from datetime import timedelta

from harness.backup import cron_job
from harness.backup.program import SETTINGS
from harness.backup.remote_vault import RemoteVault
from harness.backup.scheduled import TIMER
from harness.cluster.cluster import Cluster
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage


class ScheduleTrouble(Sabotage):
    """Whatever befalls a schedule is for drills that have one."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """A backup that is taken by hand is neither late nor cut."""
        return None if drill.scheduled else "the backup is taken by hand"


class TimerTrouble(ScheduleTrouble):
    """Some of it is for the machine that has the timer and its settings."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """A CronJob has neither."""
        return "the cluster starts its backups itself" if drill.by_cron_job else super().why_not(drill)


class SuspendedCronJob(ScheduleTrouble):
    """Somebody suspended the CronJob for a moment, and nobody looks at what does not happen."""

    name = "suspended-cron-job"
    does = "suspends the CronJob that makes the backups"
    expected = Expected(verdict="failed", names="missed after")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Only where there is one."""
        return super().why_not(drill) or (None if drill.by_cron_job else "a timer of the machine starts the backups")

    def after_backup(self, cluster: Cluster, losing_at_most: timedelta) -> None:  # noqa: ARG002
        """It stays in the list of CronJobs, and looks as before."""
        metadata = {"name": cron_job.NAME, "namespace": cron_job.NAMESPACE}
        found = cluster.api.get("CronJob", **metadata)
        # Whole: what whoever applied it leaves out the second time is taken from it.
        spec = {**found["spec"], "suspend": True}
        cluster.api.apply({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec})


class StoppedTimer(TimerTrouble):
    """Somebody stopped the timer for a moment, and nobody looks at what does not happen."""

    name = "stopped-timer"
    does = "stops the timer that starts the backups"
    expected = Expected(verdict="failed", names="missed after")

    def after_backup(self, cluster: Cluster, losing_at_most: timedelta) -> None:  # noqa: ARG002
        """It would start again with the next boot."""
        cluster.master.run(["systemctl", "stop", TIMER])


class GreedyRetention(TimerTrouble):
    """Each run ends by removing all backups, its own among them."""

    name = "greedy-retention"
    does = "lets the retention keep none"
    expected = Expected(verdict="failed", names="no whole backup")

    def after_backup(self, cluster: Cluster, losing_at_most: timedelta) -> None:  # noqa: ARG002
        """One number in a file."""
        cluster.master.run(["sed", "--in-place", "s#^KEEP=.*#KEEP=0#", SETTINGS])


class NewestByName(ScheduleTrouble):
    """The last name of a listing is taken for the newest backup."""

    name = "newest-by-name"
    does = "takes the backup with the last name, whole or not"
    expected = Expected(verdict="failed", names="not whole")

    def schedule(self, vault: RemoteVault) -> None:
        """No look at what the names stand for."""
        vault.by_name = True
