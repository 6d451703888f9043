"""What carries a run's mark now."""

from __future__ import annotations

from harness.ownership.claim import Kind
from harness.ownership.containers import Containers
from harness.ownership.folders import Folders
from harness.ownership.host import Host
from harness.ownership.loops import Loops
from harness.ownership.mounts import Mounts
from harness.ownership.networks import Links, Namespaces
from harness.ownership.places import cache_root
from harness.ownership.processes import Processes
from harness.ownership.record import LeaseRecord, State, read_leases
from harness.ownership.resource import Leak, Resource, Scope
from harness.ownership.virtual import Domains, Networks, Pools

#: In the order in which they are ended: first who makes things, last where things lie.
RESOURCES: tuple[tuple[Kind, Resource], ...] = (
    (Kind.PROCESS, Processes()),
    (Kind.CONTAINER, Containers()),
    (Kind.DOMAIN, Domains()),
    (Kind.POOL, Pools()),
    (Kind.MOUNT, Mounts()),
    (Kind.LOOP, Loops()),
    (Kind.NETNS, Namespaces()),
    (Kind.NETWORK, Networks()),
    (Kind.LINK, Links()),
    (Kind.FOLDER, Folders()),
)


def audit(
    run: str,
    *,
    lab: str | None = None,
    kinds: frozenset[Kind] = frozenset(Kind),
    host: Host | None = None,
) -> tuple[Leak, ...]:
    """What carries the run's mark on this host now, kept labs left out; `lab` narrows it to the name of one lease."""
    host = host or Host()
    scope = scope_of(run, read_leases(now=host.clock.now()), lab=lab)
    return tuple(leak for kind, resource in RESOURCES if kind in kinds for leak in resource.find(scope, host))


def scope_of(run: str, leases: tuple[LeaseRecord, ...], *, lab: str | None = None, release_kept: bool = False) -> Scope:
    """What belongs to a run according to its leases."""
    own = [lease for lease in leases if lease.run == run and lab in (None, lease.name)]
    # Kept counts also while the owner still lives: it has said that it will leave its lab behind.
    kept = frozenset(lease.name for lease in own if _stays(lease) and not release_kept)
    claims = tuple(claim for lease in own if lease.name not in kept for claim in lease.claims)
    return Scope(run=run, cache=cache_root(), lab=lab, spared=kept, claims=claims)


def _stays(lease: LeaseRecord) -> bool:
    return lease.state is State.KEPT or (lease.state is State.ALIVE and lease.kept_until is not None)
