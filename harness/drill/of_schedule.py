"""What is asked only where backups come by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.drill.intent import Intent
from harness.spec import LabSpec, Role
from harness.verdict import not_applicable, planned

_CHECKS = ("backups-on-time", "retention-kept", "newest-whole-chosen", "loss-within-schedule")


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
    yield planned("loss-within-schedule", vault=vault, every_seconds=every)
