"""The matrix at the end: collected, written down, and said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.matrix.earlier import DOCUMENT
from harness.cli.matrix.plan import cell_of
from harness.cli.run.outcome import Outcome
from harness.report.document import to_bytes
from harness.report.files import replace_file
from harness.report.matrix import Matrix, MatrixCell, matrix_document, reasons, with_report
from harness.report.matrix_page import (
    EMPTY,
    EXPECTED,
    grid,
    mark,
    matrix_junit,
    matrix_markdown,
    summary_line,
)

PAGE, JUNIT = "sabotage.md", "sabotage.junit.xml"
_STYLES = {EXPECTED: "green", EMPTY: "dim"}
_WRONG = "bold red"


def collect(cells: Sequence[MatrixCell], outcomes: Sequence[Outcome], run: str) -> tuple[MatrixCell, ...]:
    """The cells with what became of those that were performed; one that never began stays without a verdict."""
    by_folder = {outcome.drill: outcome for outcome in outcomes if outcome.folder.exists()}
    return tuple(_with_outcome(cell, by_folder.get(cell_of(cell).folder), run) for cell in cells)


def write_matrix(matrix: Matrix, folder: Path) -> None:
    """Put the matrix beside the cells' journals: for scripts, for people and for CI servers."""
    replace_file(folder / DOCUMENT, to_bytes(matrix_document(matrix)))
    replace_file(folder / PAGE, matrix_markdown(matrix).encode(errors="replace"))
    replace_file(folder / JUNIT, matrix_junit(matrix))


def say_matrix(matrix: Matrix, console: Console) -> None:
    """The grid, each cell's expected and actual end, why the others are empty, and what it comes to."""
    for table in (_grid(matrix), _ends(matrix), _empty(matrix)):
        if table.row_count:
            console.print()
            console.print(table)
    console.print()
    console.print(summary_line(matrix), style=_WRONG if matrix.unexpected else "green", soft_wrap=True)


def _with_outcome(cell: MatrixCell, outcome: Outcome | None, run: str) -> MatrixCell:
    if outcome is None:
        return cell
    # Where no report could be read its error is the verdict, and never that of the cell.
    return with_report(cell, outcome.report or {"verdict": outcome.verdict, "cause": outcome.cause}, run)


def _grid(matrix: Matrix) -> Table:
    drills, rows = grid(matrix)
    table = _table("sabotage", *drills)
    for name, *marks in rows:
        table.add_row(Text(name, style="bold"), *(Text(one, style=_STYLES.get(one, _WRONG)) for one in marks))
    return table


def _ends(matrix: Matrix) -> Table:
    table = _table("drill", "sabotage", "expected", "verdict", "", "cause", folded=("cause",))
    for cell in matrix.applicable:
        word = mark(cell)
        wanted = f"{cell.expected_verdict}: {cell.expected_names}"
        end = (cell.verdict or EMPTY, Text(word, style=_STYLES.get(word, _WRONG)), Text(cell.cause))
        table.add_row(cell.drill, cell.sabotage, wanted, *end)
    return table


def _empty(matrix: Matrix) -> Table:
    table = _table("sabotage", "is empty, because", "for", folded=("is empty, because", "for"))
    for (sabotage, reason), drills in reasons(matrix.cells).items():
        table.add_row(sabotage, reason, ", ".join(drills))
    return table


def _table(*titles: str, folded: tuple[str, ...] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in titles:
        table.add_column(title, no_wrap=title not in folded)
    return table
