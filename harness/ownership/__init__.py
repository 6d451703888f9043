"""Who owns what on this host: leases written before anything is made, and a reap that leaves nothing behind."""

from harness.ownership.audit import audit
from harness.ownership.claim import Claim, Kind
from harness.ownership.host import Host
from harness.ownership.host_state import HostState, host_state
from harness.ownership.lease import Lease, open_lease
from harness.ownership.places import cache_root, leases_root
from harness.ownership.reap import ReapReport, reap
from harness.ownership.record import LeaseRecord, State, read_leases
from harness.ownership.resource import Leak
from harness.ownership.run_id import MARK, check_run_id, new_run_id
from harness.ownership.strays import Strays, strays

__all__ = [
    "MARK",
    "Claim",
    "Host",
    "HostState",
    "Kind",
    "Leak",
    "Lease",
    "LeaseRecord",
    "ReapReport",
    "State",
    "Strays",
    "audit",
    "cache_root",
    "check_run_id",
    "host_state",
    "leases_root",
    "new_run_id",
    "open_lease",
    "read_leases",
    "reap",
    "strays",
]
