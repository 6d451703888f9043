"""What is asked for: frozen, checked where it enters, knowing nothing live."""

from harness.spec.cluster import Addon, ClusterSpec
from harness.spec.disk import DataDisk, DiskSpec, OsSlot
from harness.spec.lab import LabSpec, parse_shape
from harness.spec.name import check_name
from harness.spec.node import NodeSpec, Role

__all__ = [
    "Addon",
    "ClusterSpec",
    "DataDisk",
    "DiskSpec",
    "LabSpec",
    "NodeSpec",
    "OsSlot",
    "Role",
    "check_name",
    "parse_shape",
]
