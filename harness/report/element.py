"""HTML and SVG as values: text is escaped where it becomes markup, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from harness.report.text import clean

_VOID = frozenset({"br", "hr", "link", "meta"})


@dataclass(frozen=True, slots=True)
class Raw:
    """Our own style sheet, the one text that is not escaped."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element with its attributes and children."""

    tag: str
    attributes: dict[str, str] = field(hash=False)
    children: tuple[Node, ...] = ()

    def render(self) -> str:
        """The element as markup."""
        attributes = "".join(f' {name}="{escape(clean(value))}"' for name, value in self.attributes.items())
        if self.tag in _VOID:
            return f"<{self.tag}{attributes}>"
        return f"<{self.tag}{attributes}>{''.join(_rendered(child) for child in self.children)}</{self.tag}>"


Node = Element | Raw | str


def e(tag: str, *children: Node | Iterable[Node] | None, **attributes: object) -> Element:
    """An element; an attribute `class_` becomes 'class', `aria_label` 'aria-label', and None or False is left out."""
    return Element(
        tag=tag,
        attributes={
            name.rstrip("_").replace("_", "-"): _number(value)
            for name, value in attributes.items()
            if value is not None and value is not False
        },
        children=tuple(_flat(children)),
    )


def _flat(children: Iterable[Node | Iterable[Node] | None]) -> Iterable[Node]:
    for child in children:
        if isinstance(child, Element | Raw | str):
            yield child
        elif child is not None:
            yield from child


def _number(value: object) -> str:
    if value is True:
        return ""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _rendered(child: Node) -> str:
    if isinstance(child, Element):
        return child.render()
    return child.text if isinstance(child, Raw) else escape(clean(child), quote=False)
