"""A folder of reports with drills of several days, to be looked at by an auditor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from harness.journal import History, Kind
from harness.report.compliance import Dossier, compliance_page, gather
from harness.spec.policy import Policy
from harness.verdict.catalogue import check_named
from tests.verdict import story
from tests.verdict.edits import edited

POLICY: dict[str, Any] = {
    "organisation": "Example Bank",
    "systems": ["payments", "core banking"],
    "plan_id": "DRP-7",
    "plan_version": "2.3",
    "owner": "Ada Lovelace",
    "reviewers": ["Grace Hopper"],
    "observers": ["Internal audit"],
    "segregation": "No lab has a route to production.",
    "drills": {"os-disk-swap": {"every_days": 7, "risk": "BIA-12", "owner": "Edsger Dijkstra"}},
    "exclusions": [{"what": "Volumes of the provider", "why": "The storage team restores them."}],
}
AS_OF = datetime(2026, 3, 10, 12, tzinfo=UTC)
RUN, BEFORE = "20260309-020000-bbbb", "20260302-020000-aaaa"


def told(drill: str = "os-disk-swap", history: History | None = None, **fields: Any) -> History:
    """A drill that passed, with what journals tell since they tell of controls and policies."""
    history = history or story.passed()
    more: dict[str, Any] = {
        "drill": drill,
        "controls": ["cp-10", "soc2-a1.3"],
        "occasion": {"trigger": "GitHub Actions: schedule", "tester": "ada, by GitHub Actions", "job": "https://ci/7"},
        **fields,
    }
    history = edited(history, lambda event: event.kind is Kind.DRILL, **more)
    plan = {
        "targets": {"rto": {"of": "policy", "scenario_seconds": 120.0}, "rpo": {"of": "scenario"}},
        "policy": {"plan_id": "DRP-7", "plan_version": "2.3", "digest": "0" * 64},
    }
    told_plan = history.first(Kind.PLAN)
    assert told_plan is not None
    # The vault's machine tells the days of its backups, and the story is laid on other days.
    checks = [line for line in told_plan.data["checks"] if _timeless(line["check"])]
    return edited(history, lambda event: event.kind is Kind.PLAN, checks=checks, **plan)


def _timeless(check: str) -> bool:
    known = check_named(check)
    return known is not None and not known.__module__.endswith((".scheduled", ".sidecar", ".expiry"))


def put(reports: Path, run: str, history: History, *, day: datetime, name: str = "") -> Path:
    """Lay a drill down as it would lie there, performed on this day; the story itself is of 1 March."""
    drill = str(history.events[0].data["drill"])
    folder = reports / run / (name or drill)
    folder.mkdir(parents=True)
    text = "".join(event.to_line() + "\n" for event in history.events)
    (folder / "journal.jsonl").write_text(text.replace("2026-03-01T", f"{day:%Y-%m-%d}T"))
    (folder / "report.html").write_text("<!doctype html>\n<p>report</p>\n")
    return folder


def on(day: int) -> datetime:
    """A night in March."""
    return datetime(2026, 3, day, 3, tzinfo=UTC)


def look(reports: Path, folders: Sequence[Path], *, run: str = RUN, as_of: datetime = AS_OF, **policy: Any) -> Dossier:
    """The dossier of these drills."""
    wanted = Policy.model_validate({**POLICY, **policy})
    return gather(folders, reports / run if folders else reports, reports, wanted, as_of)


class Words(HTMLParser):
    """What a reader reads."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent = tag == "style"
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def read(dossier: Dossier) -> str:
    """The page as text, one space between any two words."""
    words = Words()
    words.feed(compliance_page(dossier).decode())
    return re.sub(r"\s+", " ", " ".join(words.said))


def links(dossier: Dossier) -> list[str]:
    """Where the page leads."""
    words = Words()
    words.feed(compliance_page(dossier).decode())
    return words.links
