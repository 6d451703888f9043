"""Tables and lists as the report has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from harness.report.element import Element, Node, e

Cell = Node | None

#: What stands where nobody has said anything, and a person may write.
BLANK = "\u00a0"


def table(titles: Sequence[str], rows: Iterable[Sequence[Cell]], *, class_: str = "", caption: str = "") -> Element:
    """A table with a head; a row is as many cells as there are titles."""
    return e(
        "table",
        e("caption", caption) if caption else None,
        e("thead", e("tr", [e("th", title, scope="col") for title in titles])),
        e(
            "tbody",
            [e("tr", [e("td", cell, data_title=of) for of, cell in zip(titles, row, strict=True)]) for row in rows],
        ),
        class_=class_ or None,
    )


def facts(rows: Iterable[tuple[str, Cell]], *, class_: str = "facts") -> Element:
    """Names with what is known of them; what is not known is said to be so."""
    return e(
        "dl",
        [e("div", e("dt", name), e("dd", value or e("span", "not stated", class_="unstated"))) for name, value in rows],
        class_=class_,
    )


def section(title: str, *children: Node | Iterable[Node] | None, id_: str) -> Element:
    """A chapter; the style numbers it."""
    return e("section", e("h2", title), *children, id=id_, class_="chapter")


def badge(word: str, kind: str) -> Element:
    """A word that is seen from afar."""
    return e("span", word, class_=f"mark {kind}")


def lines(texts: Iterable[Node]) -> Element:
    """Some sentences, each on a line of its own."""
    return e("ul", [e("li", text) for text in texts], class_="lines")


def moment(at: datetime) -> str:
    """A moment as the report writes it, always UTC."""
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")


def day(at: datetime) -> str:
    """The day of a moment."""
    return at.strftime("%Y-%m-%d")


def short(digest: str) -> Element:
    """The beginning of a digest; the whole one stands in the annex."""
    return e("code", digest[:16] or "none", class_="digest", title=digest or None)
