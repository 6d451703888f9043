"""What is asked for: frozen, checked where it enters, knowing nothing live."""

from harness.spec.cluster import ClusterSpec, PodNetwork
from harness.spec.disk import DataDisk, DiskSpec, OsSlot
from harness.spec.lab import LabSpec, parse_shape
from harness.spec.name import check_name
from harness.spec.node import NodeSpec, Role

__all__ = [
    "ClusterSpec",
    "DataDisk",
    "DiskSpec",
    "LabSpec",
    "NodeSpec",
    "OsSlot",
    "PodNetwork",
    "Role",
    "check_name",
    "parse_shape",
]
