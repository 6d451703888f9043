"""A machine of which nothing is left but its place in the lab."""

from __future__ import annotations

from harness.facts.boot import BOOT_ID
from harness.facts.disk import ETCD_DISK_CONTENT, OS_DISK, ROOT_DISK
from harness.faults.fault import Bite


def blank_hardware(node: str) -> tuple[Bite, ...]:
    """What proves that a machine runs from other disks, etcd's too, and in another boot."""
    return (
        Bite(fact=OS_DISK, node=node, field="serial"),
        Bite(fact=ROOT_DISK, node=node, field="uuid"),
        Bite(fact=ETCD_DISK_CONTENT, node=node),
        Bite(fact=BOOT_ID, node=node),
    )
