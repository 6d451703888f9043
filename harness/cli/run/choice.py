"""Which drills are meant by the names on the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.cli.story import intent_of
from harness.drill.catalog import DrillInfo
from harness.errors import SpecError, hinted
from harness.spec import parse_shape

#: Stands for each drill of the catalogue that the provider can perform.
ALL = "all"


def offered_on(provider: str, known: Sequence[DrillInfo]) -> tuple[tuple[DrillInfo, ...], Mapping[str, str]]:
    """The drills that can be performed on a provider, and of each other one the reason why it cannot."""
    barred = {drill.name: reason for drill in known if (reason := why_not_on(provider, drill))}
    offered = tuple(drill for drill in known if drill.name not in barred)
    if not offered:
        raise hinted(SpecError(f"There is no drill that the provider '{provider}' offers"), "See `kubedrill list`.")
    return offered, barred


def why_not_on(provider: str, drill: DrillInfo) -> str:
    """What a provider's machines cannot do that the drill asks of them; empty if they can do all of it."""
    return intent_of(drill, parse_shape(drill.lab)).why_not_on(provider)
