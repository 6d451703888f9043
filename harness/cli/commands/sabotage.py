"""`kubedrill sabotage`."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from harness.attestation import seal
from harness.cli.commands.listing import list_drills
from harness.cli.commands.options import AsJson, Reports, Source, known_drills, settings
from harness.cli.console import answers, print_json, remarks
from harness.cli.exit_status import ExitStatus
from harness.cli.matrix.earlier import take_over
from harness.cli.matrix.plan import cell_of, plan_cells
from harness.cli.matrix.summary import PAGE, collect, say_matrix, write_matrix
from harness.cli.matrix.view import CellView
from harness.cli.run.choice import ALL
from harness.cli.run.parent import RunParent, RunResult
from harness.cli.run.request import RunRequest, Wishes, check_request
from harness.report.matrix import Matrix, MatrixCell, matrix_document

LIST = "list"


def sabotage(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[all|cover|list|NAME...]", help="Names of drills, of sabotages, or of both."),
    ] = None,
    provider: Annotated[
        str | None, typer.Option(help="auto, container, libvirt, vagrant or rehearsal.", metavar="NAME")
    ] = None,
    kubernetes: Annotated[str | None, typer.Option(help="Such as v1.34.", metavar="VERSION")] = None,
    source: Source = None,
    workers: Annotated[int | None, typer.Option("-n", "--workers", help="How many drills go on at once.")] = None,
    resume: Annotated[
        str | None,
        typer.Option(
            help="Take over what was as expected in this run, or in 'latest', and do the rest.", metavar="RUN"
        ),
    ] = None,
    reports: Reports = None,
    seed: Annotated[int | None, typer.Option(help="The seed of all chance in the drills.")] = None,
    as_json: AsJson = False,
) -> int:
    """Spoil drills on purpose, and check that each notices and names it: all cells, a drill's, or a sabotage's.

    With 'cover', only as many cells as show each sabotage once and each drill with two, a fifth of all.
    Without names, or with 'list', the sabotages are shown. Ends with 1 when any cell is not as expected.
    """
    if not names or names == [LIST]:
        list_drills(sabotages=True, as_json=as_json)
        return ExitStatus.PASSED
    chosen = settings()
    known = known_drills(chosen)
    wishes = Wishes(
        drills=[ALL],
        provider=provider,
        kubernetes=kubernetes,
        source=source,
        workers=workers,
        keep="never",
        reports=reports,
        seed=seed,
    )
    request = check_request(wishes, known, chosen)
    cells = plan_cells(names, known, request.provider)
    cells = take_over(cells, resume, request) if resume is not None else cells
    console = remarks() if as_json else answers()
    matrix, status = _perform(request, cells, console, quiet=as_json)
    if as_json:
        print_json(matrix_document(matrix))
    else:
        say_matrix(matrix, console)
    return status


def _perform(
    request: RunRequest, cells: tuple[MatrixCell, ...], console: Console, *, quiet: bool
) -> tuple[Matrix, int]:
    left = tuple(cell for cell in cells if cell.applies and not cell.verdict)
    if not left:
        console.print("Each cell has been shown already, and nothing is performed again.", soft_wrap=True)
        return _matrix("", request, cells), ExitStatus.PASSED
    wanted = {cell.drill for cell in left}
    request = dataclasses.replace(
        request,
        drills=tuple(drill for drill in request.drills if drill.name in wanted),
        cells=tuple(cell_of(cell) for cell in left),
        not_offered={},
    )

    def view(folder: Path) -> CellView:
        return CellView.of(left, folder, console)

    result = RunParent(console=console, quiet=quiet, view=view).perform(request)
    matrix = _matrix(result.run, request, collect(cells, result.outcomes, result.run))
    write_matrix(matrix, result.folder)
    seal(result.folder, result.run)
    _say(result, console)
    return matrix, _status(result, matrix)


def _matrix(run: str, request: RunRequest, cells: Sequence[MatrixCell]) -> Matrix:
    return Matrix(run=run, provider=request.provider, kubernetes=request.kubernetes, cells=tuple(cells))


def _say(result: RunResult, console: Console) -> None:
    for remark in result.remarks:
        console.print(f"Note: {remark}", markup=False, soft_wrap=True)
    console.print(f"The matrix as a page: {result.folder / PAGE}", markup=False, soft_wrap=True)


def _status(result: RunResult, matrix: Matrix) -> int:
    """Its own status: that of a run would be that drills failed, which is what they are here for."""
    if result.status in (ExitStatus.INTERRUPTED, ExitStatus.TERMINATED):
        return result.status
    if matrix.status == ExitStatus.PASSED and not result.clean:
        return ExitStatus.CANNOT_TELL
    return matrix.status
