"""`make month`: a month of nightly runs for show, with everything that is derived from them."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.attestation import seal
from harness.cli.app import make_app
from harness.cli.exit_status import ExitStatus
from harness.cli.guard import guarded
from harness.cli.run.folder import point_latest
from harness.report import merge, write_reports
from tests.month.calendar import Night, nights
from tests.month.shift import shifted
from tests.month.source import find_sources, rehearse
from tests.month.statements import write_statements

#: The night's job begins at half past two, UTC.
_HOUR = timedelta(hours=2, minutes=30)
#: What is made of a whole folder of runs, by the commands that make it.
AFTERWARDS: tuple[tuple[str, ...], ...] = (
    ("history", "--every", "26", "--as-of", "{as_of}", "--reports", "{reports}"),
    ("report", "latest", "--oscal", "--reports", "{reports}"),
    ("report", "all", "--compliance", "--as-of", "{as_of}", "--reports", "{reports}"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the month, and say where its pages are."""
    asked = argparse.ArgumentParser(prog="python -m tests.month", description=__doc__)
    asked.add_argument(
        "--from", dest="sources", type=Path, help="a folder with journals; without it drills are rehearsed"
    )
    asked.add_argument(
        "--reports", type=Path, default=Path("build/month"), help="where the month goes; it is made anew"
    )
    asked.add_argument("--nights", type=int, default=30)
    asked.add_argument(
        "--until", type=datetime.fromisoformat, default=datetime.now(UTC), help="the day of its last night"
    )
    chosen = asked.parse_args(arguments)
    last = datetime(chosen.until.year, chosen.until.month, chosen.until.day, tzinfo=UTC) + _HOUR
    _clear(chosen.reports)
    with contextlib.ExitStack() as stack:
        folder = chosen.sources or rehearse(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        for number, night in enumerate(nights(find_sources(folder), chosen.nights, last)):
            _write(chosen.reports, night, number)
    return _derive(chosen.reports, last + timedelta(hours=6))


def _clear(reports: Path) -> None:
    """Nothing but an earlier month is thrown away: it is known by its mark."""
    mark = reports / ".month"
    if mark.is_file():
        shutil.rmtree(reports)
    elif reports.exists() and any(reports.iterdir()):
        sys.exit(f"'{reports}' has something else in it: choose a folder that is empty or is not there")
    reports.mkdir(parents=True, exist_ok=True)
    mark.touch()


def _write(reports: Path, night: Night, number: int) -> None:
    digest = hashlib.sha256(f"{night.at.isoformat()} {number}".encode()).hexdigest()
    run = f"{night.at:%Y%m%d-%H%M%S}-{digest[:4]}"
    for source in night.drills:
        shifted(source, night.at, run, reports / run / source.drill)
        write_reports(reports / run / source.drill)
    seal(reports / run, merge(reports / run).run)
    point_latest(reports, run)


def _derive(reports: Path, as_of: datetime) -> int:
    printing = importlib.util.find_spec("weasyprint") is not None
    status: int = ExitStatus.PASSED
    for words in AFTERWARDS:
        pdf = ["--pdf"] if printing and "--compliance" in words else []
        filled = [word.format(reports=reports, as_of=as_of.isoformat()) for word in words] + pdf
        told = guarded(lambda given=filled: make_app()(given, prog_name="kubedrill", standalone_mode=False))
        # Red nights are part of the show; what cannot be made of these journals has been said, and the rest is made.
        if told == ExitStatus.USAGE:
            sys.stdout.write(f"Not made: kubedrill {' '.join(filled)}\n")
            status = ExitStatus.USAGE
    if not write_statements(reports):
        sys.stdout.write("Not made: a statement, because no run is whole\n")
        status = ExitStatus.USAGE
    if not printing:
        sys.stdout.write("Not made: the report for audits as PDF, because weasyprint is not installed.\n")
    sys.stdout.write(f"All of it is for show, and marked so. Begin with {reports / 'index.html'}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
