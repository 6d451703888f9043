"""`kubedrill verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.attestation import Attested, Inspection, Trust, against_attestation, inspect
from harness.attestation.keys import public_key
from harness.attestation.stamp import root_certificates
from harness.cli.commands.again import Run
from harness.cli.commands.options import AsJson, Reports, settings
from harness.cli.console import answers, print_json
from harness.cli.exit_status import ExitStatus
from harness.cli.run.folder import find_run
from harness.verdict.wording import counted


def verify(
    run: Run = "latest",
    key: Annotated[
        list[Path] | None,
        typer.Option("--key", help="A public key that has to have signed; may be given again.", metavar="FILE"),
    ] = None,
    timestamp_root: Annotated[
        list[Path] | None,
        typer.Option(help="Certificates (PEM) that vouch for the timestamp authority.", metavar="FILE"),
    ] = None,
    reports: Reports = None,
    as_json: AsJson = False,
) -> int:
    """Look whether a run is as it was: each file, each report against its journal, signatures; writes nothing."""
    folder = find_run(run, reports or Path(settings().reports))
    trust = Trust(
        keys=tuple(public_key(path) for path in key or ()), roots=root_certificates(tuple(timestamp_root or ()))
    )
    found = inspect(folder)
    # Of files that are not those of the run, the judge must not be asked what they come to.
    attested = against_attestation(folder, found.redone, trust) if found.run else Attested()
    problems = (*found.problems, *attested.problems)
    if as_json:
        document = {"run": found.run, "whole": not problems, "files": found.files}
        print_json({**document, "problems": problems, "remarks": attested.remarks})
    else:
        answers().print("\n".join(_lines(folder, found, attested)), markup=False, soft_wrap=True)
    return ExitStatus.FAILED if problems else ExitStatus.PASSED


def _lines(folder: Path, found: Inspection, attested: Attested) -> list[str]:
    problems = (*found.problems, *attested.problems)
    told = f"{counted(found.files, 'file')}, {counted(len(found.redone.drills), 'journal')} judged anew"
    head = f"BROKEN  {found.run or folder.name}" if problems else f"WHOLE   {found.run}  {told}"
    return [head, *(f"        {line}" for line in (*problems, *attested.remarks))]
