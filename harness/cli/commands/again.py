"""`kubedrill judge` and `kubedrill report`: both again, from the journals alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.attestation import seal
from harness.cli.commands.compliance import ALL, AsOf, Compliance, Pdf, report_all, report_compliance
from harness.cli.commands.options import AsJson, Reports, settings
from harness.cli.console import answers, print_json, remarks
from harness.cli.exit_status import ExitStatus
from harness.cli.run.folder import find_run
from harness.cli.run.follow import JOURNAL
from harness.cli.run.outcome import exit_status, read_outcome
from harness.cli.run.summary import say_outcomes
from harness.errors import JournalError, SpecError, hinted
from harness.journal import read_journal
from harness.report import exit_status as status_of
from harness.report import merge, write_reports
from harness.report.assessed import oscal_of
from harness.report.document import document
from harness.report.files import replace_file
from harness.report.oscal import FILE as OSCAL
from harness.verdict import judge as judge_history

Run = Annotated[str, typer.Argument(help="'latest', the name of a run, or a folder.")]


Oscal = Annotated[
    bool, typer.Option("--oscal", help=f"Write {OSCAL} too: what the drills showed of controls, as OSCAL has it.")
]


def report(
    run: Run = "latest",
    oscal: Oscal = False,
    reports: Reports = None,
    as_json: AsJson = False,
    compliance: Compliance = False,
    pdf: Pdf = False,
    as_of: AsOf = None,
) -> int:
    """Write the reports of a run anew, and say its verdicts."""
    if (compliance or pdf) and run == ALL:
        return report_all(reports or Path(settings().reports), as_of, pdf=pdf)
    if as_of is not None and not (compliance or pdf):
        raise hinted(SpecError("Only the report for audits has a day: --as-of"), "Add --compliance.")
    folder = find_run(run, reports or Path(settings().reports))
    drills = _drills(folder)
    if oscal and folder in drills:
        raise SpecError(f"'{folder}' is the folder of a drill; OSCAL has a run: give the folder above it")
    for drill in drills:
        try:
            write_reports(drill)
        except JournalError as damaged:
            # What is wrong with one drill's journal keeps no other from its report.
            remarks().print(f"'{drill.name}': {damaged}", markup=False, soft_wrap=True)
    # The folder of a single drill has no summary of a run.
    merged = None if folder in drills else merge(folder)
    try:
        if compliance or pdf:
            place = folder.parent.parent if folder in drills else folder.parent
            report_compliance(drills, folder, place, as_of, pdf=pdf, quiet=as_json)
    finally:
        # Last of all, so that the manifest knows what was written.
        if merged is not None:
            seal(folder, merged.run)
    # Once there, it is written anew with all other reports.
    if merged is not None and (oscal or (folder / OSCAL).is_file()):
        replace_file(folder / OSCAL, oscal_of(merged.run, [folder / line.folder for line in merged.drills]))
        seal(folder, merged.run)
    names = [line.folder for line in merged.drills] if merged is not None else [folder.name]
    outcomes = [read_outcome(folder if merged is not None else folder.parent, name) for name in names]
    if as_json:
        print_json([outcome.report for outcome in outcomes])
    else:
        say_outcomes(outcomes, answers())
    return exit_status(outcomes)


def judge(run: Run = "latest", reports: Reports = None, as_json: AsJson = False) -> int:
    """Judge a run anew, without writing anything."""
    folder = find_run(run, reports or Path(settings().reports))
    verdicts = [judge_history(read_journal(drill / JOURNAL)) for drill in _drills(folder)]
    if as_json:
        print_json([document(verdict) for verdict in verdicts])
    else:
        lines = [f"{one.word.upper():<12}  {one.header.drill}  {one.cause}".rstrip() for one in verdicts]
        answers().print("\n".join(lines), markup=False, soft_wrap=True)
    return ExitStatus(status_of([one.word for one in verdicts]))


def _drills(folder: Path) -> tuple[Path, ...]:
    found = (folder,) if (folder / JOURNAL).is_file() else tuple(path.parent for path in folder.glob(f"*/{JOURNAL}"))
    if not found:
        raise SpecError(f"There is no journal in '{folder}', so nothing can be judged")
    return tuple(sorted(found))
