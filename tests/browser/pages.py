"""The pages that Kubedrill writes, each made as it is made for users."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.errors import LabError
from harness.journal import History
from harness.report import merge, write_reports
from harness.report.compliance import compliance_page
from harness.report.past import Rhythm, write_index
from harness.sabotage import Sabotage
from harness.sabotage.harness_trouble import LabBreaksFirst
from tests.drill.rehearsing import STORIES, rehearse
from tests.report.compliance.shelf import RUN, look, on, put, told
from tests.report.test_reports import failed, folder, idle
from tests.verdict import story


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: what it is called here, and how it is made in an empty folder."""

    name: str
    make: Callable[[Path], Path]


def report(history: Callable[[], History]) -> Callable[[Path], Path]:
    """The report of a journal."""

    def make(empty: Path) -> Path:
        write_reports(folder(empty / "drill", history()))
        return empty / "drill/report.html"

    return make


def rehearsed(drill: str, sabotage: Sabotage | None = None) -> Callable[[Path], Path]:
    """The report of a drill that is rehearsed now: it has all that a real one has."""

    def make(empty: Path) -> Path:
        broken = LabError if isinstance(sabotage, LabBreaksFirst) else None
        return report(lambda: rehearse(STORIES[drill], empty, sabotage=sabotage, raises=broken))(empty)

    return make


def for_audits(empty: Path) -> Path:
    """The report for audits, of a drill that passed, one that failed, and one that was rehearsed."""
    rest = (told("rollback", failed()), told("quorum-loss", fidelity="rehearsal"))
    folders = [put(empty, RUN, history, day=on(9)) for history in (told(), *rest)]
    page = empty / RUN / "compliance.html"
    page.write_bytes(compliance_page(look(empty, folders)))
    return page


def all_runs(empty: Path) -> Path:
    """The page of all runs: one passed, the next failed, and none came after."""
    for day, history in (("20260301", story.passed()), ("20260302", failed())):
        write_reports(folder(empty / f"{day}-023000-abcd/os-disk-swap", history))
        merge(empty / f"{day}-023000-abcd")
    write_index(empty, datetime(2026, 3, 4, 8, tzinfo=UTC), Rhythm(every=timedelta(hours=26)))
    return empty / "index.html"


PAGES = (
    Page(name="passed", make=report(story.passed)),
    Page(name="failed", make=report(failed)),
    Page(name="inconclusive", make=report(idle)),
    Page(name="errored", make=rehearsed("os-disk-swap", LabBreaksFirst())),
    Page(name="rehearsed", make=rehearsed("quorum-loss")),
    Page(name="for-audits", make=for_audits),
    Page(name="all-runs", make=all_runs),
)
