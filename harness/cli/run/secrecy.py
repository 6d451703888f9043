"""Nothing secret leaves a run: its log is cleared of it, and all its files are searched once nobody writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.cli.run.folder import open_to_all
from harness.cli.run.outcome import LOG, Outcome
from harness.drill.last_scan import scan
from harness.journal import redact
from harness.verdict.hygiene import NoSecretsInReports


def search(folder: Path, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """What is found, in a sentence for each file; the reports of a run in which nothing is are opened to all.

    A drill that has found something itself has judged it already.
    """
    if not folder.is_dir():
        return ()
    clear_log(folder)
    told = [outcome.folder for outcome in outcomes if _has_told(outcome)]
    found = scan(folder)
    if not found:
        open_to_all(folder)
    return tuple(str(one) for one in found if not any(one.path.is_relative_to(place) for place in told))


def clear_log(folder: Path) -> None:
    """What pytest prints goes through no door of ours."""
    log = folder / LOG
    try:
        text = log.read_text(errors="surrogateescape")
    except FileNotFoundError:
        return
    clean = redact(text)
    if clean != text:
        log.write_text(clean, errors="surrogateescape")


def _has_told(outcome: Outcome) -> bool:
    findings = outcome.report.get("findings")
    return any(
        isinstance(one, dict) and one.get("check") == NoSecretsInReports.name and one.get("outcome") == "broken"
        for one in (findings if isinstance(findings, list) else [])
    )
