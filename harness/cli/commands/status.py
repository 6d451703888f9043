"""`kubedrill status`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.table import Table

from harness.cli.commands.options import AsJson
from harness.cli.console import answers, print_json
from harness.ownership import (
    Host,
    Kind,
    LeaseRecord,
    State,
    Strays,
    cache_root,
    host_state,
    read_leases,
    strays,
)

_MACHINES = (Kind.CONTAINER, Kind.DOMAIN)
_STYLES = {State.ALIVE: "green", State.KEPT: "yellow", State.DEAD: "red", State.UNCLEAR: "magenta"}


def status(as_json: AsJson = False) -> None:
    """Show who owns what on this host: runs that live, labs that are kept, and what the dead left behind."""
    leases = read_leases()
    astray, now = strays(leases, Host()), host_state()
    if as_json:
        known = {"cache": str(cache_root()), "leases": [_document(lease) for lease in leases]}
        host = {"clock": round(now.lead, 3), "sysctls": dict(now.sysctls)}
        print_json({**known, "host": host, **_astray(astray)})
        return
    console = answers()
    console.print(f"Cache: {cache_root()}", markup=False, soft_wrap=True)
    for line in _others(astray):
        console.print(line, markup=False, soft_wrap=True)
    if not leases:
        if not astray.lost:
            console.print("Nothing is owned: no run is going on, and none left anything behind.", soft_wrap=True)
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("run", "lab", "state", "process", "since", "owns"):
        table.add_column(title, no_wrap=title != "owns")
    for lease in leases:
        style = _STYLES[lease.state]
        table.add_row(
            lease.run,
            "the run itself" if lease.parent else lease.suffix,
            f"[{style}]{_state(lease)}[/{style}]",
            str(lease.pid or ""),
            lease.started,
            owns(lease),
        )
    console.print(table)
    if any(lease.state is State.DEAD for lease in leases):
        console.print("\nThe dead are buried by: kubedrill reap", soft_wrap=True)
    if any(lease.state is State.UNCLEAR for lease in leases):
        told = "\nWhether the unclear live cannot be seen from here: their locks are on another file system."
        console.print(told, soft_wrap=True)


def _astray(found: Strays) -> dict[str, object]:
    return {"without_lease": sorted(found.lost), "of_others": sorted(found.foreign), "not_seen": list(found.errors)}


def _others(astray: Strays) -> Iterator[str]:
    """What is on the host beside the leases of this cache."""
    if astray.foreign:
        yield f"Of others, with a cache of their own: {', '.join(sorted(astray.foreign))}"
    if astray.lost:
        yield f"Without a lease in this cache: {', '.join(sorted(astray.lost))}"
    yield from (f"Could not look: {error}" for error in astray.errors)


def owns(lease: LeaseRecord) -> str:
    """How many of each kind, the machines by name."""
    count = Counter(claim.kind for claim in lease.claims)
    machines = [claim.name.removeprefix(f"{lease.name}-") for claim in lease.claims if claim.kind in _MACHINES]
    rest = [f"{number} {kind}" for kind, number in sorted(count.items()) if kind not in _MACHINES]
    return ", ".join([*sorted(machines), *rest]) or "nothing"


def _state(lease: LeaseRecord) -> str:
    until = f" until {lease.kept_until:%H:%M} UTC" if lease.state is State.KEPT and lease.kept_until else ""
    return f"{lease.state}{until}"


def _document(lease: LeaseRecord) -> dict[str, object]:
    return {
        "run": lease.run,
        "lab": lease.name,
        "state": lease.state.value,
        "parent": lease.parent,
        "pid": lease.pid,
        "started": lease.started,
        "kept_until": lease.kept_until.isoformat() if lease.kept_until else None,
        "claims": [{"kind": claim.kind.value, "name": claim.name} for claim in lease.claims],
        "damage": list(lease.damage),
    }
