"""report.html: one page that a person enjoys, and that needs nothing else to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from harness.journal import History
from harness.report.appendix import asked_again, colophon, commands, machine_consoles
from harness.report.chart import timeline
from harness.report.element import Element, Raw, e
from harness.report.figures import figures, join_hashes
from harness.report.findings import finding_groups, not_held
from harness.report.masthead import masthead
from harness.verdict import Verdict


def page(verdict: Verdict, history: History, console_texts: Mapping[str, str]) -> bytes:
    """The whole page in one file, without a script and without an external load."""
    title = f"{verdict.header.drill or 'drill'}: {verdict.word}"
    content = e(
        "main",
        masthead(verdict),
        figures(verdict),
        not_held(verdict, history),
        timeline(verdict, history),
        join_hashes(verdict),
        finding_groups(verdict, history),
        asked_again(verdict),
        commands(history),
        machine_consoles(console_texts),
    )
    document = e("html", _head(title), e("body", content, colophon(verdict), class_=verdict.word.value), lang="en")
    return ("<!doctype html>\n" + document.render() + "\n").encode(errors="replace")


def _head(title: str) -> Element:
    style = files("harness.report").joinpath("style.css").read_text(encoding="utf-8")
    return e(
        "head",
        e("meta", charset="utf-8"),
        e("meta", name="viewport", content="width=device-width, initial-scale=1"),
        e("meta", name="color-scheme", content="light dark"),
        e("title", title),
        e("style", Raw(style)),
    )
