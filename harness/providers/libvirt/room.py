"""Room on processors that are emulated: of what two labs share there, neither gets enough."""

from __future__ import annotations

import contextlib
import os
from datetime import timedelta

from harness.providers.libvirt.acceleration import Acceleration
from harness.providers.libvirt.crowd import PROCESSORS
from harness.providers.places import Places

#: A drill takes 7 to 15 minutes there, and many of them may stand in the queue.
_PATIENCE = timedelta(hours=12)


def emulated_labs() -> Places:
    """How many emulated labs the host's processors can serve at a time.

    Measured: two drills on two processors took as long beside each other as one after the other, and `kubeadm init` of
    one of them gave up on an API that needed more than 10 s for an answer.
    """
    there = max(1, (os.cpu_count() or 1) // PROCESSORS)
    return Places(folder="room/emulated", there=there, of="emulated lab", patience=_PATIENCE)


def room_for_guests(acceleration: Acceleration) -> contextlib.AbstractContextManager[None]:
    """A place for one lab; where guests run under KVM libvirt turns none away, and neither do we."""
    return contextlib.nullcontext() if acceleration.kvm else emulated_labs().hold(1)
