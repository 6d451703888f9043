"""What is refused before a lab is built: a loss that its machines cannot have, and a control that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable

from harness.controls import Control, named_controls
from harness.drill.intent import Intent
from harness.errors import SpecError, hinted


def demand_offered(provider: str, drill: str, intent: Intent) -> None:
    """Refuse a drill before a lab is built in which it could not be performed."""
    reason = intent.why_not_on(provider)
    if reason:
        raise hinted(
            SpecError(f"The drill '{drill}' is not offered on {provider}: {reason}"),
            "Container machines can do it: --provider container.",
        )


def demand_controls(scenario: str, names: Iterable[str]) -> tuple[Control, ...]:
    """The controls that a scenario names, or the refusal of one that is not there."""
    try:
        return named_controls(names)
    except SpecError as unknown:
        said = str(unknown)
        refused = SpecError(f"The scenario '{scenario}' cannot be evidence: {said[:1].lower()}{said[1:]}")
        for hint in getattr(unknown, "__notes__", []):
            refused.add_note(hint)
        raise refused from unknown
