"""Whether a sabotage and a drill go together."""

from __future__ import annotations

from harness.backup.scheduled import Starter
from harness.drill.intent import Intent
from harness.errors import SpecError, hinted
from harness.sabotage import Outline, Sabotage
from harness.spec import LabSpec


def why_not(sabotage: type[Sabotage] | Sabotage, lab: LabSpec, intent: Intent) -> str | None:
    """Why it does not apply to a drill with this lab and intent; None if it does."""
    outline = Outline(
        lab=lab,
        keeps_configuration=intent.keeps_configuration,
        restores_data=intent.restores_data,
        in_place=intent.in_place,
        refuses=bool(intent.refused),
        moves_data=intent.moves_data,
        stops_others=len(intent.regrown) > len(intent.rebuilt),
        replaces=bool(intent.replaced),
        customised=intent.customised,
        takes=intent.takes,
        outlives=intent.outlives,
        remakes=intent.remakes,
        endures=intent.lacks_control_plane,
        parts=intent.parted is not None,
        encrypted=intent.encrypted,
        fills=intent.etcd_quota_mib is not None,
        fills_disk=intent.fills_disk,
        token_expires=intent.token_lasts is not None,
        scheduled=intent.job is not None,
        by_cron_job=intent.job is not None and intent.job.by is Starter.CRON_JOB,
        sidecar=intent.sidecar,
        drains=intent.displaced is not None and intent.endures is None,
        misses_worker=intent.displaced is not None and intent.endures is not None,
        moves=bool(intent.moved),
        renames=bool(intent.renamed),
    )
    return sabotage.why_not(outline)


def demand_applies(sabotage: type[Sabotage] | Sabotage, drill: str, lab: LabSpec, intent: Intent) -> None:
    """Refuse a sabotage that a drill could not notice."""
    reason = why_not(sabotage, lab, intent)
    if reason is not None:
        raise hinted(
            SpecError(f"The sabotage '{sabotage.name}' does not apply to the drill '{drill}': {reason}"),
            "`kubedrill list --sabotages` shows what applies where.",
        )
