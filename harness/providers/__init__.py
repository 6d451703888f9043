"""What makes and unmakes machines, disks, networks and channels."""

from __future__ import annotations

from harness.errors import SpecError, hinted
from harness.providers.seam import Provider

#: The providers by their names on the command line.
NAMES = ("container", "rehearsal")


def provider_named(name: str, *, source: str = "auto") -> Provider:
    """A provider by its name, with node images from the source; `auto` is the best that works on this host."""
    # Imported late: each brings libraries that the others do without.
    if name in ("auto", "container"):
        from harness.providers.container import ContainerProvider

        return ContainerProvider(source=source)
    if name == "rehearsal":
        from harness.providers.rehearsal import RehearsalProvider

        return RehearsalProvider()
    raise hinted(SpecError(f"There is no provider '{name}'"), f"Use one of: auto, {', '.join(NAMES)}.")
