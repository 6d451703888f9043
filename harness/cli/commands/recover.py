"""`kubedrill recover`."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.backup import DamagedBackupError
from harness.cli.commands.options import AsJson
from harness.cli.console import answers, print_json
from harness.cli.exit_status import ExitStatus
from harness.cli.run.request import one_of
from harness.drill.by_hand import OpenedLab, demand_backup, demand_by_hand, find_kept, name_of, opened, recovery_named
from harness.errors import SpecError, explain, hinted
from harness.lab import StepError
from harness.recoveries import RECOVERIES, Recovery
from harness.recoveries.recovery import RecoveryError


def recover(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A recovery; without one all are shown.")] = None,
    lab: Annotated[
        str | None, typer.Option(help="A lab that is kept: its run, or its name in `kubedrill status`.", metavar="LAB")
    ] = None,
    node: Annotated[
        str | None, typer.Option(help="The machine to bring back; the first control plane by default.", metavar="NODE")
    ] = None,
    step: Annotated[bool, typer.Option("--step", help="Wait for Enter before each command.")] = False,
    as_json: AsJson = False,
) -> int:
    """Show the known ways back, or go one of them on a kept lab, saying each command before it is run.

    Ends with 1 when a step was refused. Nothing is judged: that is what drills are for.
    """
    if name is None:
        _list(as_json=as_json)
        return ExitStatus.PASSED
    recovery = _chosen(name)
    demand_by_hand(recovery)
    if lab is None:
        raise hinted(
            SpecError(f"The recovery '{name_of(recovery)}' needs a lab to work on"),
            "Keep one with `kubedrill run DRILL --keep on-failure`, and name it: --lab RUN.",
        )
    console = answers()

    def tell(machine: str, line: str) -> None:
        console.print(Text.assemble((f"{machine}# ", "bold"), line), soft_wrap=True)
        if step:
            typer.prompt("", default="", show_default=False, prompt_suffix="[Enter] ", err=True)

    try:
        with opened(find_kept(lab), tell) as found:
            demand_backup(recovery, found)
            return _go(recovery, found, node, console)
    except (StepError, RecoveryError, DamagedBackupError) as refused:
        console.print(f"Refused: {explain(refused)}", style="bold red", markup=False, soft_wrap=True)
        return ExitStatus.FAILED


def _go(recovery: type[Recovery], found: OpenedLab, node: str | None, console: Console) -> int:
    cluster, journal = found.cluster, found.cluster.journal
    machine = cluster.nodes[one_of("machine", node, cluster.nodes)] if node is not None else cluster.master
    way = recovery(machine)  # type: ignore[call-arg]  # looked at before
    started = journal.clock.monotonic()
    try:
        way.run(cluster, found.bundle)
    finally:
        console.print(f"On record in {journal.path}", markup=False, soft_wrap=True)
    took = journal.clock.monotonic() - started
    told = (
        f"'{way.name}' is through after {took:.1f} s. Look for yourself: kubedrill shell {_run(found)} {machine.name}"
    )
    console.print(told, markup=False, soft_wrap=True)
    return ExitStatus.PASSED


def _run(found: OpenedLab) -> str:
    return found.cluster.lab.name.removeprefix("kd-").rpartition("-")[0]


def _chosen(name: str) -> type[Recovery]:
    found = recovery_named(name)
    if found is None:
        one_of("recovery", name, [name_of(one) for one in RECOVERIES])
        raise SpecError(f"There is no recovery '{name}'")
    return found


def _list(*, as_json: bool) -> None:
    known = [
        {
            "recovery": one.__name__,
            "name": name_of(one),
            "promise": (inspect.getdoc(one) or "").split("\n")[0],
            "file": str(Path(inspect.getsourcefile(one) or "").name),
        }
        for one in RECOVERIES
    ]
    if as_json:
        print_json(known)
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("recovery", "promise", "harness/recoveries/"):
        table.add_column(title, no_wrap=title != "promise")
    for row in known:
        table.add_row(Text(row["name"], style="bold"), Text(row["promise"]), row["file"])
    answers().print(table)
