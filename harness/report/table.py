"""All drills of a run as one table; what was not measured says so."""

from __future__ import annotations

from collections.abc import Sequence

from harness.report.line import DrillLine, RunSummary
from harness.report.text import clean

TITLES = ("drill", "verdict", "control plane", "workload", "RTO target", "lost", "RPO target", "took", "peak memory")
SIMULATED = "A rehearsal: machines and time are simulated, and no figure here is evidence."
UNMEASURED = "not measured"
_NOTES = (
    "Control plane: from the fault to the first API write that lasted. Workload: its longest gap. Both leave out "
    "noticing the loss and deciding what to do. Lost: how far back acknowledged writes are missing.",
    "A drill that did not pass has the figures of as far as it went. "
    "Took: the whole drill, cluster and judgement included. Peak memory: the highest of the sums over all machines of "
    "the lab, looked at once a second.",
)


def rows(summary: RunSummary) -> list[tuple[str, ...]]:
    """A row for each drill, as text."""
    return [_row(line) for line in summary.drills]


def markdown(summary: RunSummary) -> str:
    """The table as a page: conditions, figures, causes, and what was not performed."""
    lines = [f"# Run {summary.run}", "", *_conditions(summary.drills)]
    lines += [_line(TITLES), _line(["---"] * 2 + ["---:"] * (len(TITLES) - 2)), *map(_line, rows(summary)), ""]
    causes = [f"- `{line.folder}` {line.verdict}: {flat(line.cause)}" for line in summary.drills if line.cause]
    idle = [f"- `{drill}` not offered: {flat(why)}" for drill, why in summary.not_offered.items()]
    lines += [*causes, *([""] if causes else []), *idle, *([""] if idle else [])]
    return "\n".join([*lines, "\n\n".join(_NOTES), ""])


def _conditions(drills: Sequence[DrillLine]) -> list[str]:
    told = sorted({f"`{one.provider}` (fidelity `{one.fidelity}`)" for one in drills if one.provider})
    lines = [f"Provider {', '.join(told)}.", ""] if told else []
    spoiled = sorted({one.sabotage for one in drills if one.sabotage})
    lines += [f"Spoiled on purpose: {', '.join(spoiled)}.", ""] if spoiled else []
    shown = sorted({one.demonstration for one in drills if one.demonstration})
    lines += [f"**Demonstration, not evidence.** {flat(' '.join(shown))}", ""] if shown else []
    return lines + ([SIMULATED, ""] if is_simulated(drills) else [])


def is_simulated(drills: Sequence[DrillLine]) -> bool:
    """Whether any figure is none of real machines."""
    return any(one.fidelity == "rehearsal" for one in drills)


def _row(line: DrillLine) -> tuple[str, ...]:
    return (
        line.folder,
        line.verdict,
        _seconds(line.control_plane_seconds),
        _seconds(line.workload_seconds),
        _target(line.rto_target_seconds),
        _seconds(line.rpo_seconds),
        _target(line.rpo_target_seconds),
        _seconds(line.seconds or None),
        UNMEASURED if line.peak_memory_mib is None else f"{line.peak_memory_mib:.0f} MiB",
    )


def _seconds(value: float | None) -> str:
    return UNMEASURED if value is None else f"{value:.1f} s"


def _target(value: float | None) -> str:
    return "none" if value is None else f"{value:g} s"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(flat(cell).replace('|', '/') for cell in cells)} |"


def flat(text: str) -> str:
    """The text in one line."""
    return " ".join(clean(text).split())
