"""Each finding with its outcome, its cause, and the evidence that can be opened."""

from __future__ import annotations

from harness.journal import Event, History
from harness.report.element import Element, Node, e
from harness.report.evidence import evidence
from harness.report.groups import grouped
from harness.verdict import Finding, Outcome, Verdict
from harness.verdict.wording import counted

_SHOWN_EVIDENCE = 12
_GLYPH = {
    Outcome.HELD: "✓",
    Outcome.BROKEN: "✕",
    Outcome.BLOCKED: "‖",
    Outcome.ERRORED: "?",
    Outcome.OBSERVED: "·",
}
_TROUBLE = (Outcome.BROKEN, Outcome.ERRORED, Outcome.BLOCKED)


def not_held(verdict: Verdict, history: History) -> Element | None:
    """What stands between this drill and a pass, before everything else."""
    trouble = [one for outcome in _TROUBLE for one in verdict.of(outcome)]
    if not trouble:
        return None
    told = ", ".join(f"{len(verdict.of(outcome))} {outcome}" for outcome in _TROUBLE if verdict.of(outcome))
    return e(
        "section",
        e("h2", "What did not hold"),
        e("p", f"{told}.", class_="note"),
        e("ul", [_finding(one, history) for one in trouble], class_="findings"),
        class_="trouble",
    )


def finding_groups(verdict: Verdict, history: History) -> Element:
    """All findings under their headings."""
    return e(
        "section",
        e("h2", "What was checked"),
        [
            e(
                "section",
                e("h3", title, e("span", _score(findings), class_="score")),
                e("ul", [_finding(one, history) for one in findings], class_="findings"),
                class_="group",
            )
            for title, findings in grouped(verdict.findings)
        ],
        e("p", "This journal plans no check.", class_="note") if not verdict.findings else None,
        class_="checked",
    )


def _score(findings: list[Finding]) -> str:
    judged = [one for one in findings if one.outcome is not Outcome.OBSERVED]
    held = sum(one.outcome is Outcome.HELD for one in judged)
    return f"{held} of {len(judged)}" if judged else "observed"


def _finding(finding: Finding, history: History) -> Element:
    body: list[Node] = [
        e("p", finding.claim or finding.check, class_="claim"),
        e("p", finding.cause or finding.saw, class_="saw") if finding.cause or finding.saw else "",
    ]
    if finding.reason and finding.reason != finding.cause:
        body.append(e("p", finding.reason, class_="reason"))
    return e(
        "li",
        e("span", _GLYPH[finding.outcome], class_="glyph", aria_hidden="true"),
        e("div", body, _opened(finding, history)),
        e("p", e("code", finding.check), e("span", finding.outcome.value, class_="word"), class_="tag"),
        class_=finding.outcome.value,
    )


def _opened(finding: Finding, history: History) -> Element | None:
    events: list[Event] = [history.events[seq] for seq in finding.evidence if seq < len(history.events)]
    if not events:
        return None
    rest = len(events) - _SHOWN_EVIDENCE
    more = e("p", f"and {counted(rest, 'more line')} of the journal", class_="note") if rest > 0 else None
    return e(
        "details",
        e("summary", f"evidence, {counted(len(events), 'line')}"),
        [evidence(event, history) for event in events[:_SHOWN_EVIDENCE]],
        more,
    )
