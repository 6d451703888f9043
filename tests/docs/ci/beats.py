"""Heartbeats for the steps that look for them."""

from __future__ import annotations

from datetime import UTC, datetime

from harness.cli.heartbeat.beat import Beat


def beat(*, provider: str = "container", shard: str = "") -> bytes:
    """A heartbeat of just now."""
    return Beat(
        run="20261122-021700-4f2a",
        ended=datetime.now(UTC),
        status=0,
        provider=provider,
        drills={"drain": "passed"},
        shard=shard,
        division="d1" if shard else "",
    ).render()
