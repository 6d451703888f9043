"""What breaks each check, and what leaves it nothing to measure; a module for each of the verdict's rooms."""

from __future__ import annotations

from tests.verdict.spoils import Break, Idle
from tests.verdict.spoilt import (
    backup,
    certificates,
    configuration,
    customisation,
    displacement,
    encryption,
    etcd,
    fault,
    hygiene,
    identity,
    joining,
    life,
    outage,
    pair,
    parted,
    pods,
    promise,
    reboot,
    regrowth,
    scheduled,
    sidecar,
    space,
    state,
    succession,
    volumes,
    watching,
)

_ROOMS = (
    fault,
    regrowth,
    succession,
    backup,
    outage,
    parted,
    displacement,
    certificates,
    pair,
    identity,
    joining,
    state,
    customisation,
    encryption,
    configuration,
    promise,
    volumes,
    life,
    pods,
    watching,
    etcd,
    space,
    scheduled,
    sidecar,
    reboot,
    hygiene,
)
BROKEN: list[Break] = [one for room in _ROOMS for one in room.BROKEN]
VACUOUS: list[Idle] = [one for room in _ROOMS for one in room.VACUOUS]
