"""`kubedrill run`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from harness.cli.commands.options import (
    AsJson,
    Connect,
    Durations,
    Reports,
    Source,
    complete_drill,
    known_drills,
    settings,
)
from harness.cli.console import answers, print_json, remarks
from harness.cli.exit_status import ExitStatus
from harness.cli.heartbeat.beating import beating
from harness.cli.heartbeat.place import heartbeat_places
from harness.cli.run.outcome import exit_status
from harness.cli.run.parent import RunParent, RunResult
from harness.cli.run.repetition import compare, say_spread, write_repetition
from harness.cli.run.request import RunRequest, Wishes, check_request
from harness.cli.run.summary import say_outcomes, say_pass_rate, say_table
from harness.ownership import read_leases
from harness.report.spread import spread_document


def run(
    drills: Annotated[
        list[str], typer.Argument(metavar="DRILL...", help="Exact names, or 'all'.", autocompletion=complete_drill)
    ],
    provider: Annotated[
        str | None, typer.Option(help="auto, container, libvirt, vagrant or rehearsal.", metavar="NAME")
    ] = None,
    kubernetes: Annotated[str | None, typer.Option(help="Such as v1.34.", metavar="VERSION")] = None,
    source: Source = None,
    connect: Connect = None,
    workers: Annotated[int | None, typer.Option("-n", "--workers", help="How many drills go on at once.")] = None,
    keep: Annotated[
        str | None, typer.Option(help="Leave the lab up: never, on-failure or always.", metavar="WHEN")
    ] = None,
    sabotage: Annotated[
        str | None,
        typer.Option(
            help="Spoil the drill, which must notice and name it; `kubedrill list --sabotages` shows how.",
            metavar="NAME",
        ),
    ] = None,
    repeat: Annotated[int, typer.Option(help="Do it so many times, and say how often it passed.")] = 1,
    reports: Reports = None,
    seed: Annotated[int | None, typer.Option(help="The seed of all chance in the drill.")] = None,
    shard: Annotated[
        str | None, typer.Option(help="Only this part of the drills, such as 2/4: for jobs that share them.")
    ] = None,
    durations: Durations = None,
    heartbeat: Annotated[
        list[str] | None,
        typer.Option(
            help="Leave word of the run's end there; an address is better kept in KUBEDRILL_HEARTBEAT.",
            metavar="FILE|URL",
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Perform drills, and judge whether the restore works."""
    chosen = settings()
    wishes = Wishes(
        drills=drills,
        provider=provider,
        kubernetes=kubernetes,
        source=source,
        connect=connect,
        workers=workers,
        keep=keep,
        sabotage=sabotage,
        repeat=repeat,
        reports=reports,
        seed=seed,
        shard=shard,
        durations=durations,
    )
    request = check_request(wishes, known_drills(chosen), chosen)
    places = heartbeat_places(heartbeat or (), os.environ)
    console = remarks() if as_json else answers()
    with beating(places, request, lambda text: console.print(text, markup=False, soft_wrap=True)) as ended:
        results = _perform(request, console, quiet=as_json)
        ended(results, _status(results))
    if request.repeat > 1:
        rates, simulated = compare([result.outcomes for result in results]), not request.is_real
        page = write_repetition(request.reports, results[0].run, rates, simulated=simulated)
    if as_json and request.repeat == 1:
        print_json(_document(results[0]))
    elif as_json:
        print_json({"runs": [_document(one) for one in results], "repeated": spread_document(rates)})
    elif request.repeat > 1:
        say_pass_rate([result.outcomes for result in results], console)
        say_spread(rates, console, simulated=simulated)
        console.print(f"The same as a page: {page}", markup=False, soft_wrap=True)
    return _status(results)


def _perform(request: RunRequest, console: Console, *, quiet: bool) -> list[RunResult]:
    parent, results = RunParent(console=console, quiet=quiet), []
    for _ in range(request.repeat):
        results.append(parent.perform(request))
        _say(results[-1], console)
        if results[-1].status in (ExitStatus.INTERRUPTED, ExitStatus.TERMINATED):
            break
    return results


def _status(results: list[RunResult]) -> int:
    last = results[-1].status
    if last in (ExitStatus.INTERRUPTED, ExitStatus.TERMINATED) or len(results) == 1:
        return last
    worst = exit_status([outcome for result in results for outcome in result.outcomes])
    unclean = any(result.status is ExitStatus.CANNOT_TELL for result in results)
    return ExitStatus.CANNOT_TELL if worst is ExitStatus.PASSED and unclean else worst


def _say(result: RunResult, console: Console) -> None:
    """The verdicts, then what else a person must know: in `--json` on standard error."""
    say_outcomes(result.outcomes, console)
    if result.summary is not None and (len(result.outcomes) > 1 or result.summary.not_offered):
        say_table(result.summary, console)
        console.print(f"The same as a page: {result.folder / 'run.md'}", markup=False, soft_wrap=True)
    for remark in result.remarks:
        console.print(f"Note: {remark}", markup=False, soft_wrap=True)
    for lease in (lease for lease in read_leases() if lease.name in result.kept):
        lines = (
            f"The lab '{lease.name}' is kept until {lease.kept_until:%F %H:%M} UTC at the latest.",
            f"  Get in:  kubedrill shell {result.run} master1",
            f"  End it:  kubedrill reap --run {result.run}",
        )
        console.print("\n".join(lines), markup=False, soft_wrap=True)


def _document(result: RunResult) -> dict[str, object]:
    return {
        "run": result.run,
        "exit_status": int(result.status),
        "reports": str(Path(result.folder)),
        "remarks": list(result.remarks),
        "kept": list(result.kept),
        "not_offered": dict(result.summary.not_offered) if result.summary is not None else {},
        "drills": [
            outcome.report or {"drill": outcome.drill, "verdict": outcome.verdict, "cause": outcome.cause}
            for outcome in result.outcomes
        ],
    }
