"""Which times and losses a drill is held to: those of its scenario, or those of the organisation's policy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from harness.drill.intent import Intent
from harness.errors import SpecError, hinted
from harness.spec.policy import Policy

SCENARIO, POLICY = "scenario", "policy"


def under_policy(intent: Intent, drill: str, policy: Policy | None) -> Intent:
    """The intent with the targets that the policy sets for this drill in place of the scenario's."""
    wanted = policy.drills.get(drill) if policy is not None else None
    if wanted is None:
        return intent
    rto, rpo = _span(wanted.rto_seconds), _span(wanted.rpo_seconds)
    return dataclasses.replace(
        intent,
        within=intent.within if rto is None else rto,
        losing_at_most=intent.losing_at_most if rpo is None else rpo,
        imposed=rto,
    )


def told_targets(scenario: Intent, drill: str, policy: Policy | None) -> dict[str, Any]:
    """What the PLAN event says of them: whose each target is, what the scenario promises, and under which plan."""
    wanted = policy.drills.get(drill) if policy is not None else None
    targets = {
        "rto": _target(scenario.within, wanted.rto_seconds if wanted is not None else None),
        "rpo": _target(scenario.losing_at_most, wanted.rpo_seconds if wanted is not None else None),
    }
    if policy is None:
        return {"targets": targets}
    plan = {"plan_id": policy.plan_id, "plan_version": policy.plan_version, "digest": policy.digest}
    return {"targets": targets, "policy": plan}


def demand_known_policy(policy: Policy | None, drills: Iterable[str]) -> None:
    """Refuse a policy that asks for a drill which nobody can perform."""
    known = set(drills)
    for name in policy.drills if policy is not None else ():
        if name not in known:
            raise hinted(
                SpecError(f"The policy requires the drill '{name}', which is not there"),
                "`kubedrill list` shows all drills.",
            )


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _target(promised: timedelta | None, wanted: int | None) -> dict[str, Any]:
    return {
        "of": SCENARIO if wanted is None else POLICY,
        "scenario_seconds": promised.total_seconds() if promised is not None else None,
    }
