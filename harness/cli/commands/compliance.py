"""`kubedrill report --compliance`: what an auditor gets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import settings
from harness.cli.console import answers
from harness.cli.exit_status import ExitStatus
from harness.clock import HostClock
from harness.errors import SpecError, hinted
from harness.report import exit_status
from harness.report.compliance import Dossier, compliance_page, gather, to_pdf
from harness.report.files import replace_file
from harness.spec.policy import Policy

#: Stands for the newest performance of each drill in all runs.
ALL = "all"
_NAME = "compliance"

Compliance = Annotated[
    bool, typer.Option("--compliance", help="Write compliance.html too, for audits; RUN may be 'all' then.")
]
Pdf = Annotated[bool, typer.Option("--pdf", help="The same as compliance.pdf; needs the extra 'pdf'.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The day by which it is judged what is overdue; now by default."),
]


def report_compliance(
    drills: Sequence[Path], into: Path, reports: Path, as_of: str | None, *, pdf: bool, quiet: bool = False
) -> Dossier:
    """Write the report of these drills, or of the newest of each, and say where it lies."""
    policy = settings().policy or Policy()
    dossier = gather(drills, into, reports, policy, _moment(as_of))
    page = compliance_page(dossier)
    written = [into / f"{_NAME}.html"]
    replace_file(written[0], page)
    if pdf:
        written.append(into / f"{_NAME}.pdf")
        replace_file(written[1], to_pdf(page))
    if not quiet:
        answers().print("\n".join(f"For audits: {path}" for path in written), markup=False, soft_wrap=True)
    return dossier


def report_all(reports: Path, as_of: str | None, *, pdf: bool) -> int:
    """The same over all runs of a folder, whose other reports stay as they are."""
    if not reports.is_dir():
        raise SpecError(f"There are no reports: '{reports}' is not a folder")
    dossier = report_compliance((), reports, reports, as_of, pdf=pdf)
    return ExitStatus(exit_status([one.verdict.word for one in dossier.tested]))


def _moment(text: str | None) -> datetime:
    """A day means its end: what was performed on it counts."""
    if text is None:
        # The page shows whole seconds; what ended in the one that is going on is in it.
        return HostClock().now().replace(microsecond=0) + timedelta(seconds=1)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as bad:
        raise hinted(SpecError(f"The value of --as-of '{text}' is no date"), "Such as 2026-03-31.") from bad
    if len(text) <= len("2026-03-31"):
        at = datetime.combine(at.date(), time(23, 59, 59))
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
