"""`kubedrill plan`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from harness.cli.commands.options import AsJson, complete_drill, known_drills, settings
from harness.cli.console import answers, print_json
from harness.cli.run.request import one_of
from harness.cli.story import controls_of, planned
from harness.drill.catalog import DrillInfo
from harness.drill.targets import SCENARIO
from harness.spec import LabSpec, parse_shape
from harness.spec.settings import Settings


def plan(
    drill: Annotated[str, typer.Argument(help="Its exact name.", autocompletion=complete_drill)],
    as_json: AsJson = False,
) -> None:
    """Show what a drill would do, without doing anything."""
    chosen = settings()
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
