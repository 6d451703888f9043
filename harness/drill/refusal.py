"""Whether the machines of a provider can be lost in the way that a drill asks for."""

from __future__ import annotations

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
