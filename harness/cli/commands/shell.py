"""`kubedrill shell`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from harness.errors import SpecError, hinted
from harness.ownership import Claim, Kind, check_run_id, read_leases
from harness.providers.container import podman
from harness.shell import become
from harness.spec.connection import SYSTEM


def shell(
    run: Annotated[str, typer.Argument(help="The name of a run, as `kubedrill status` shows it.")],
    node: Annotated[str, typer.Argument(help="The name of a machine, such as master1.")],
) -> None:
    """Open a shell on a machine of a lab that is up."""
    machine = machine_of(check_run_id(run), node)
    name = machine.name
    if machine.kind is Kind.DOMAIN:
        become(["virsh", "--connect", machine.details.get("uri", SYSTEM), "console", name])
    if not podman.exists(name):
        raise hinted(SpecError(f"The machine '{node}' of the run '{run}' is off"), "`kubedrill status` shows the lab.")
    become(podman.shell_argv(name, terminal=sys.stdin.isatty()))


def machine_of(run: str, node: str) -> Claim:
    """The machine of a run: what it is, and its name there."""
    leases = [lease for lease in read_leases() if lease.run == run]
    machines = {
        claim.name.removeprefix(f"{lease.name}-"): claim
        for lease in leases
        for claim in lease.claims
        if claim.kind in (Kind.CONTAINER, Kind.DOMAIN)
    }
    if node in machines:
        return machines[node]
    if not machines:
        raise hinted(SpecError(f"The run '{run}' has no machine that is up"), "`kubedrill status` shows what is.")
    raise SpecError(f"The run '{run}' has no machine '{node}' that is up; it has {', '.join(sorted(machines))}")
