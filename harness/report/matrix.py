"""Drills and sabotages as a matrix: how each spoiled drill had to end, and how it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from harness.verdict.verdict import SCHEMA_VERSION, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One drill with one sabotage: what it does not apply for, or what was expected and what came of it."""

    drill: str
    sabotage: str
    expected_verdict: str
    expected_names: str
    #: Why this sabotage is not for this drill; empty where it is.
    reason: str = ""
    #: It applies, but a cover can do without it.
    left_out: bool = False
    #: Empty where it was not performed.
    verdict: str = ""
    cause: str = ""
    as_expected: bool = False
    seconds: float | None = None
    #: The run in whose folder the journal is.
    run: str = ""

    @property
    def applies(self) -> bool:
        """Whether there is anything to perform."""
        return not self.reason and not self.left_out

    @property
    def why_empty(self) -> str:
        """The reason of the sabotage, or that nobody asked for the cell."""
        return "it applies, but other cells of the cover show it" if self.left_out else self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All cells that were asked for."""

    run: str
    provider: str
    kubernetes: str
    cells: tuple[MatrixCell, ...]

    @property
    def applicable(self) -> tuple[MatrixCell, ...]:
        """The cells that could be performed."""
        return tuple(cell for cell in self.cells if cell.applies)

    @property
    def unexpected(self) -> tuple[MatrixCell, ...]:
        """The cells that are not as expected, those that were not performed included."""
        return tuple(cell for cell in self.applicable if not cell.as_expected)

    @property
    def status(self) -> int:
        """0 if each cell is as expected, else 1; no cell at all proves nothing."""
        return 0 if self.applicable and not self.unexpected else 1


def with_report(cell: MatrixCell, report: Mapping[str, Any], run: str) -> MatrixCell:
    """The cell with what the drill's report says of it.

    It is as expected only if the report is of this drill with this sabotage, ended with the expected verdict, and names
    what was spoiled: a lab that breaks ends with an error too.
    """
    verdict, cause = str(report.get("verdict") or ""), str(report.get("cause") or "")
    same = (report.get("drill"), report.get("sabotage")) == (cell.drill, cell.sabotage)
    named = cell.expected_names in told(report)
    seconds = report.get("seconds")
    known = asdict(cell) | {
        "verdict": verdict or Word.ERRORED.value,
        "cause": cause,
        "as_expected": same and verdict == cell.expected_verdict and named,
        "seconds": float(seconds) if isinstance(seconds, int | float) else None,
        "run": run,
    }
    return MatrixCell(**known)


def told(report: Mapping[str, Any]) -> str:
    """The cause that a report gives, and the claim that is broken by it."""
    cause, findings = str(report.get("cause") or ""), report.get("findings")
    rows = [row for row in findings if isinstance(row, dict)] if isinstance(findings, list) else []
    claims = [str(row.get("claim")) for row in rows if row.get("cause") and cause.startswith(str(row["cause"]))]
    return " -- ".join([cause, *claims[:1]])


def matrix_document(matrix: Matrix) -> dict[str, Any]:
    """The matrix for scripts."""
    return {
        "schema_version": SCHEMA_VERSION,
        "run": matrix.run,
        "provider": matrix.provider,
        "kubernetes": matrix.kubernetes,
        "exit_status": matrix.status,
        "performed": sum(bool(cell.verdict) for cell in matrix.cells),
        "as_expected": sum(cell.as_expected for cell in matrix.cells),
        "unexpected": [f"{cell.drill}+{cell.sabotage}" for cell in matrix.unexpected],
        "cells": [asdict(cell) for cell in matrix.cells],
    }


def reasons(cells: Sequence[MatrixCell]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Of the cells that stay empty: each sabotage and reason, with the drills that it holds for."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for cell in cells:
        if not cell.applies:
            key = (cell.sabotage, cell.why_empty)
            found[key] = (*found.get(key, ()), cell.drill)
    return found
