"""What is asked only where backups come by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.backup.scheduled import Starter
from harness.drill.intent import Intent
from harness.facts.sidecar import SIDECAR_EVERY
from harness.spec import LabSpec, Role
from harness.verdict import not_applicable, observed, planned

_CHECKS = (
    "backups-on-time",
    "retention-kept",
    "newest-whole-chosen",
    "loss-within-schedule",
    "schedule-back",
    "job-as-written",
)
_OF_SIDECAR = ("snapshots-fresh", "sidecar-back")


def of_schedule(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    """The checks of a schedule and of its vault."""
    if intent.job is None:
        for check in _CHECKS:
            yield not_applicable(check, why="the backup is taken by hand, into a folder")
        return
    vault, every = lab.of_role(Role.VAULT)[0].name, intent.job.every.total_seconds()
    yield planned("backups-on-time", vault=vault, every_seconds=every)
    yield planned("retention-kept", vault=vault, keep=intent.job.keep)
    yield planned("newest-whole-chosen", vault=vault)
    lag = SIDECAR_EVERY.total_seconds() if intent.sidecar else 0.0
    yield planned("loss-within-schedule", vault=vault, every_seconds=every, lag_seconds=lag)
    if intent.job.by is Starter.CRON_JOB:
        yield planned("schedule-back", vault=vault)
        master = lab.of_role(Role.CONTROL_PLANE)[0].name
        yield observed("job-as-written", why="it was written for Kubernetes 1.17", machine=master)
    else:
        yield not_applicable("job-as-written", why="a timer of the machine starts the backups")
        yield not_applicable(
            "schedule-back", why="the timer was lost with its machine: who rebuilds one installs it again"
        )


def of_sidecar(lab: LabSpec, intent: Intent) -> Iterator[dict[str, Any]]:
    """The checks of snapshots that a second container of etcd's pod takes."""
    if not intent.sidecar:
        for check in _OF_SIDECAR:
            yield not_applicable(check, why="etcd's static pod is as kubeadm makes it")
        return
    if intent.job is not None:
        every = SIDECAR_EVERY.total_seconds()
        yield planned("snapshots-fresh", vault=lab.of_role(Role.VAULT)[0].name, every_seconds=every)
    else:
        yield not_applicable("snapshots-fresh", why="nothing brings the sidecar's snapshots off the machine")
    yield planned("sidecar-back", machine=lab.of_role(Role.CONTROL_PLANE)[0].name)
