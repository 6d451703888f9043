"""A line for each cell that is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.text import Text

from harness.cli.matrix.plan import cell_of
from harness.journal import Event, Kind
from harness.report.matrix import MatrixCell, with_report
from harness.report.matrix_page import EXPECTED, mark
from harness.strict_json import json_value


class CellView:
    """Says of each cell, as soon as its report is written, whether it is as expected."""

    def __init__(self, cells: Mapping[str, MatrixCell], folder: Path, console: Console) -> None:
        self._cells = cells
        self._folder = folder
        self._console = console
        self._begun: set[str] = set()
        self._ended: set[str] = set()
        self._said = 0

    @classmethod
    def of(cls, cells: tuple[MatrixCell, ...], folder: Path, console: Console) -> CellView:
        """The view of these cells."""
        return cls({cell_of(cell).folder: cell for cell in cells}, folder, console)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def take(self, drill: str, event: Event) -> None:
        """Note which cells begin and end."""
        if event.kind is Kind.DRILL and drill not in self._begun:
            self._begun.add(drill)
            self._console.print(f"begins     {drill}", style="dim", markup=False, soft_wrap=True)
        elif event.kind is Kind.END:
            self._ended.add(drill)

    def refresh(self, now: datetime) -> None:  # noqa: ARG002
        """Tell of the cells whose report has come."""
        for name in sorted(self._ended):
            report = self._report(name)
            if report is not None:
                self._ended.discard(name)
                self._tell(name, with_report(self._cells[name], report, self._folder.name))

    def _tell(self, name: str, cell: MatrixCell) -> None:
        self._said += 1
        word = mark(cell)
        line = Text.assemble(
            (f"{word:<10}", "green" if word == EXPECTED else "bold red"),
            f" {name}  {cell.verdict}  [{self._said} of {len(self._cells)}]",
        )
        self._console.print(line, soft_wrap=True)
        if word != EXPECTED:
            told = (
                f"expected: {cell.expected_verdict}, naming '{cell.expected_names}'; it said: {cell.cause or 'nothing'}"
            )
            self._console.print(f"           {told}", markup=False, soft_wrap=True)

    def _report(self, name: str) -> dict[str, object] | None:
        try:
            report: dict[str, object] = json_value((self._folder / name / "report.json").read_text())
        except (OSError, ValueError):
            return None
        return report
