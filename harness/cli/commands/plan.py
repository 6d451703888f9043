"""`kubedrill plan`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from harness.cli.commands.options import AsJson, Durations, complete_drill, known_drills, settings
from harness.cli.console import answers, print_json, print_line
from harness.cli.run.choice import ALL
from harness.cli.run.job_matrix import job_matrix
from harness.cli.run.request import demand_known, offered_drills, one_of
from harness.cli.run.shard import demand_named_provider
from harness.cli.story import controls_of, planned
from harness.drill.catalog import DrillInfo
from harness.drill.targets import SCENARIO
from harness.errors import SpecError, hinted
from harness.spec import LabSpec, parse_shape
from harness.spec.settings import PROVIDERS, Settings


def plan(
    drills: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DRILL", help="Its exact name; with --matrix several, or all.", autocompletion=complete_drill
        ),
    ] = None,
    matrix: Annotated[
        str | None, typer.Option(help="Divide the drills among CI jobs: one line of json.", metavar="json")
    ] = None,
    shards: Annotated[int | None, typer.Option(help="Among so many jobs; by default one for each drill.")] = None,
    provider: Annotated[str | None, typer.Option(help="On whose machines the jobs will be.", metavar="NAME")] = None,
    durations: Durations = None,
    as_json: AsJson = False,
) -> None:
    """Show what a drill would do, without doing anything."""
    chosen = settings()
    if matrix is not None:
        one_of("form of a matrix", matrix, ("json",))
        print_line(_matrix(drills or [ALL], shards, provider or chosen.provider, durations, chosen))
        return
    if shards is not None or provider is not None or durations is not None:
        raise hinted(SpecError("Drills are divided among CI jobs by a matrix"), "Say --matrix json.")
    _show(_one(drills or []), chosen, as_json=as_json)


def _one(drills: list[str]) -> str:
    if len(drills) != 1:
        said = "No drill was named" if not drills else f"One drill is shown at a time, and {len(drills)} were named"
        raise hinted(SpecError(said), "`kubedrill list` shows them all.")
    return drills[0]


def _matrix(
    names: list[str], shards: int | None, provider: str, durations: Path | None, chosen: Settings
) -> dict[str, object]:
    one_of("provider", provider, PROVIDERS)
    demand_named_provider(provider)
    known = known_drills(chosen)
    demand_known(names, known)
    drills, _ = offered_drills(names, known, provider)
    return job_matrix(drills, len(drills) if shards is None else shards, durations)


def _show(drill: str, chosen: Settings, *, as_json: bool) -> None:
    known = {one.name: one for one in known_drills(chosen)}
    info = known[one_of("drill", drill, known, "`kubedrill list` shows them all")]
    lab = lab_of(info, chosen)
    controls = controls_of(info)
    made = planned(info, lab, chosen.policy)
    checks = made["checks"]
    if as_json:
        print_json(
            {**_document(info, lab), **_targets(made), "checks": checks, "controls": [one.id for one in controls]}
        )
        return
    console = answers()
    console.print(Text(info.name, style="bold"), soft_wrap=True)
    console.print(f"  {info.claim}\n", markup=False, soft_wrap=True)
    console.print(f"Targets: RTO {_target(made, 'rto')}, RPO {_target(made, 'rpo')}\n", soft_wrap=True)
    if controls:
        console.print(f"Evidence for: {', '.join(one.name for one in controls)}\n", markup=False, soft_wrap=True)
    console.print(_machines(lab))
    console.print(f"\nEndpoint {lab.endpoint}, witness {lab.witness}, network {lab.network}\n", soft_wrap=True)
    console.print("Steps:", soft_wrap=True)
    for step in info.steps:
        console.print(f"  {step}", markup=False, soft_wrap=True)
    console.print("\nChecks:", soft_wrap=True)
    for check in checks:
        reason = "" if check["required"] else f" [{check['reason']}]"
        console.print(f"  {check['check']:<22} {check['claim']}{reason}", markup=False, soft_wrap=True)


def lab_of(info: DrillInfo, chosen: Settings) -> LabSpec:
    """The lab that a drill asks for, with data disks of the settings' size."""
    return parse_shape(info.lab, etcd_mib=chosen.disks.etcd_mib, volumes_mib=chosen.disks.volumes_mib)


def _machines(lab: LabSpec) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("machine", "role", "address", "MAC", "OS disks", "data disks"):
        table.add_column(title)
    for node in lab.nodes:
        disks = ", ".join(f"{disk.name} {disk.size_mib} MiB" for disk in node.data_disks) or "none"
        table.add_row(node.name, node.role.value, str(node.ip), node.mac, ", ".join(node.os_slots), disks)
    return table


def _target(made: dict[str, Any], which: str) -> str:
    told, seconds = made["targets"][which], f"{made[f'{which}_seconds']:.0f} s"
    if told["of"] == SCENARIO:
        return seconds
    return f"{seconds} (the policy's; the scenario promises {told['scenario_seconds']:.0f} s)"


def _targets(made: dict[str, Any]) -> dict[str, Any]:
    return {name: made[name] for name in ("rto_seconds", "rpo_seconds", "targets")}


def _document(info: DrillInfo, lab: LabSpec) -> dict[str, Any]:
    return {
        "drill": info.name,
        "claim": info.claim,
        "file": str(info.file),
        "lab": {
            "shape": lab.shape,
            "network": str(lab.network),
            "endpoint": str(lab.endpoint),
            "witness": str(lab.witness),
            "machines": [
                {
                    "name": node.name,
                    "role": node.role.value,
                    "ip": str(node.ip),
                    "mac": node.mac,
                    "data_disks": {disk.name.value: disk.size_mib for disk in node.data_disks},
                }
                for node in lab.nodes
            ],
        },
        "steps": list(info.steps),
    }
