"""The head of the page: what was claimed, what came of it, and under which conditions."""

from __future__ import annotations

from harness.report.element import Element, e
from harness.report.text import duration
from harness.verdict import Outcome, Verdict, Word
from harness.verdict.wording import counted

_LEDE = {
    Word.PASSED: "The restore works.",
    Word.FAILED: "The restore does not work.",
    Word.ERRORED: "The harness cannot tell whether the restore works.",
    Word.INCONCLUSIVE: "Nothing is proven: the fault did not bite.",
}


def masthead(verdict: Verdict) -> Element:
    """Badge, claim, one sentence of outcome, and the conditions."""
    header = verdict.header
    when = verdict.started.strftime("%-d %B %Y, %H:%M UTC") if verdict.started else "at an unknown time"
    return e(
        "header",
        e(
            "p",
            e("span", "Kubedrill", class_="brand"),
            e("span", header.drill or "unnamed drill", class_="drill"),
            e("time", when, datetime=verdict.started.isoformat()) if verdict.started else e("span", when),
            class_="kicker",
        ),
        watermark(header.demonstration),
        e("h1", header.claim or "This journal does not say what was claimed."),
        e(
            "div",
            e("p", e("span", verdict.word.value, class_="badge"), class_="verdict"),
            e("div", e("p", _lede(verdict), class_="lede"), _cause(verdict)),
            class_="outcome",
        ),
        _conditions(verdict),
        _limits(verdict),
        class_="masthead",
    )


def watermark(told: str) -> Element | None:
    """What stands over a page that was made for show, so that nobody takes it for evidence."""
    if not told:
        return None
    return e("p", e("b", "Demonstration, not evidence. "), _sentence(told), class_="watermark", role="note")


def _lede(verdict: Verdict) -> str:
    held, every = len(verdict.of(Outcome.HELD)), sum(1 for finding in verdict.findings if finding.required)
    lede = _LEDE[verdict.word]
    if verdict.passed:
        return f"{lede} {counted(held, 'check')} held, in a drill of {duration(verdict.seconds)}."
    return f"{lede} {held} of {counted(every, 'required check')} held."


def _cause(verdict: Verdict) -> Element | None:
    return e("p", _sentence(verdict.cause), class_="cause") if verdict.cause else None


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "…", "!", "?")) else text + "."


def _conditions(verdict: Verdict) -> Element:
    header = verdict.header
    told = (
        ("Machines", f"{header.provider or 'unknown'}, lab {header.lab or 'unknown'}"),
        ("Fidelity", header.fidelity or "unknown"),
        ("Kubernetes", header.kubernetes or "unknown"),
        ("Image", header.image[:19]),
        ("Sabotage", header.sabotage),
        ("Seed", "" if header.seed is None else str(header.seed)),
        ("Run", header.run),
    )
    rows = [e("div", e("dt", name), e("dd", value)) for name, value in told if value]
    return e("dl", rows, class_="conditions")


def _limits(verdict: Verdict) -> Element | None:
    limits = verdict.header.limits
    if not limits:
        return None
    return e("p", e("b", "What this cannot show: "), " ".join(map(_sentence, limits)), class_="limits")
