"""How many labs of virtual machines share the processors of this host."""

from __future__ import annotations

import os

from harness.ownership import Kind
from harness.ownership.record import State, read_leases

#: Of a control plane, which on emulated processors is at work all the time.
PROCESSORS = 2


def crowding() -> float:
    """How many times longer things take than in a lab that has the host to itself, as it stands now."""
    labs = [one for one in read_leases() if one.state is not State.DEAD]
    with_guests = sum(1 for lab in labs if any(claim.kind is Kind.DOMAIN for claim in lab.claims))
    return max(1.0, with_guests * PROCESSORS / (os.cpu_count() or 1))
