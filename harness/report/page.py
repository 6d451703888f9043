"""report.html: one page that a person enjoys, and that needs nothing else to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files

from harness.journal import History
from harness.report.appendix import asked_again, colophon, commands, machine_consoles
from harness.report.broke import where_it_broke
from harness.report.chart import timeline
from harness.report.element import Element, Node, Raw, e
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
        where_it_broke(verdict, history, console_texts),
        not_held(verdict, history),
        timeline(verdict, history),
        join_hashes(verdict),
        finding_groups(verdict, history),
        asked_again(verdict),
        commands(history),
        machine_consoles(console_texts),
    )
    classes = f"{verdict.word} demonstration" if verdict.header.demonstration else verdict.word.value
    return whole_page(title, [content, colophon(verdict)], classes)


def whole_page(title: str, content: Sequence[Node | None], classes: str = "", style: str = "") -> bytes:
    """A page in one file with our style sheet and more of it; `classes` are those of its body."""
    body = e("body", [part for part in content if part is not None], class_=classes or None)
    document = e("html", _head(title, style), body, lang="en")
    return ("<!doctype html>\n" + document.render() + "\n").encode(errors="replace")


def _head(title: str, more: str) -> Element:
    style = files("harness.report").joinpath("style.css").read_text(encoding="utf-8")
    return e(
        "head",
        e("meta", charset="utf-8"),
        e("meta", name="viewport", content="width=device-width, initial-scale=1"),
        e("meta", name="color-scheme", content="light dark"),
        e("title", title),
        e("style", Raw(style + more)),
    )
