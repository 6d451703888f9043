"""The matrix of drills and sabotages for people and for CI servers."""

from __future__ import annotations

from collections.abc import Sequence

from junit_xml import TestCase, TestSuite

from harness.report.junit import document_of
from harness.report.matrix import Matrix, MatrixCell, reasons
from harness.report.text import clean
from harness.verdict.wording import counted

EXPECTED, UNEXPECTED, NOT_PERFORMED, EMPTY = "ok", "WRONG", "not run", "-"


def mark(cell: MatrixCell) -> str:
    """How a cell ended, in a word."""
    if not cell.applies:
        return EMPTY
    if not cell.verdict:
        return NOT_PERFORMED
    return EXPECTED if cell.as_expected else UNEXPECTED


def summary_line(matrix: Matrix) -> str:
    """What the matrix comes to, in a sentence."""
    good = sum(cell.as_expected for cell in matrix.applicable)
    missing = sum(not cell.verdict for cell in matrix.applicable)
    wrong = len(matrix.unexpected) - missing
    parts = [f"{good} of {counted(len(matrix.applicable), 'cell')} as expected"]
    parts += [f"{wrong} not as expected"] if wrong else []
    parts += [f"{missing} not performed"] if missing else []
    left_out = sum(cell.left_out for cell in matrix.cells)
    rest = [f"{len(matrix.cells) - len(matrix.applicable) - left_out} do not apply"]
    rest += [f"{left_out} are left out of the cover"] if left_out else []
    return f"{', '.join(parts)}; {', '.join(rest)}."


def grid(matrix: Matrix) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The titles and rows of the matrix: a row for each sabotage, a column for each drill."""
    drills = tuple(dict.fromkeys(cell.drill for cell in matrix.cells))
    sabotages = tuple(dict.fromkeys(cell.sabotage for cell in matrix.cells))
    marks = {(cell.drill, cell.sabotage): mark(cell) for cell in matrix.cells}
    return drills, [(one, *(marks.get((drill, one), EMPTY) for drill in drills)) for one in sabotages]


def matrix_markdown(matrix: Matrix) -> str:
    """The matrix as a page: the grid, each cell with its verdict and cause, and why the others are empty."""
    drills, rows = grid(matrix)
    lines = [f"# Sabotages of run {matrix.run}", ""]
    lines += [f"Provider `{matrix.provider}`, Kubernetes {matrix.kubernetes}. {summary_line(matrix)}", ""]
    lines += _table(("sabotage", *drills), rows)
    titles = ("drill", "sabotage", "expected", "", "verdict", "cause", "run")
    lines += _table(titles, [_cell(cell) for cell in matrix.applicable])
    empty = [(sabotage, reason, ", ".join(drills)) for (sabotage, reason), drills in reasons(matrix.cells).items()]
    lines += _table(("sabotage", "is empty, because", "for"), empty) if empty else []
    return "\n".join(lines)


def matrix_junit(matrix: Matrix) -> bytes:
    """A test case for each cell, which passes when the drill noticed and named what was spoiled."""
    cases = []
    for cell in matrix.applicable:
        case = TestCase(f"{cell.drill}: {cell.sabotage}", classname=cell.drill, elapsed_sec=cell.seconds or 0.0)
        if not cell.as_expected:
            case.add_failure_info(message=clean(_difference(cell)))
        cases.append(case)
    return document_of([TestSuite("sabotage", cases).build_xml_doc()])


def _difference(cell: MatrixCell) -> str:
    wanted = f"It had to be {cell.expected_verdict} and to name '{cell.expected_names}'"
    return f"{wanted}, but was {cell.verdict}: {cell.cause}" if cell.verdict else f"{wanted}, but was not performed"


def _cell(cell: MatrixCell) -> tuple[str, ...]:
    wanted = f"{cell.expected_verdict}, names '{cell.expected_names}'"
    return (cell.drill, cell.sabotage, wanted, mark(cell), cell.verdict or EMPTY, cell.cause, cell.run)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [_line(titles), _line(["---"] * len(titles)), *map(_line, rows), ""]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(' '.join(clean(cell).split()).replace('|', '/') for cell in cells)} |"
