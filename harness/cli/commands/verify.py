"""`kubedrill verify`."""

from __future__ import annotations

from pathlib import Path

from harness.attestation import inspect
from harness.cli.commands.again import Run
from harness.cli.commands.options import AsJson, Reports, settings
from harness.cli.console import answers, print_json
from harness.cli.exit_status import ExitStatus
from harness.cli.run.folder import find_run
from harness.verdict.wording import counted


def verify(run: Run = "latest", reports: Reports = None, as_json: AsJson = False) -> int:
    """Look whether a run is as it was: each file, and each report against its journal; writes nothing."""
    folder = find_run(run, reports or Path(settings().reports))
    found = inspect(folder)
    if as_json:
        print_json({"run": found.run, "whole": not found.problems, "files": found.files, "problems": found.problems})
    else:
        told = f"{counted(found.files, 'file')}, {counted(len(found.redone.verdicts), 'journal')} judged anew"
        lines = [f"WHOLE   {found.run}  {told}"] if not found.problems else [f"BROKEN  {found.run or folder.name}"]
        lines += [f"        {problem}" for problem in found.problems]
        answers().print("\n".join(lines), markup=False, soft_wrap=True)
    return ExitStatus.FAILED if found.problems else ExitStatus.PASSED
