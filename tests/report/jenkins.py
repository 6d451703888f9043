"""What the schema junit-10.xsd of Jenkins allows, written down by us: names of elements, attributes and children."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

_COUNTED = frozenset({"tests", "failures", "errors"})
_SAID = frozenset({"type", "message"})
#: By element: the attributes it may have, those it must have, and the elements that may stand in it.
_ALLOWED: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "testsuites": (_COUNTED | {"name", "time"}, frozenset(), frozenset({"testsuite"})),
    "testsuite": (
        _COUNTED | {"name", "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
        _COUNTED | {"name"},
        frozenset({"testsuite", "properties", "testcase", "system-out", "system-err"}),
    ),
    "testcase": (
        frozenset({"name", "time", "classname", "group"}),
        frozenset({"name"}),
        frozenset({"skipped", "error", "failure", "system-out", "system-err"}),
    ),
    "properties": (frozenset(), frozenset(), frozenset({"property"})),
    "property": (frozenset({"name", "value"}), frozenset({"name", "value"}), frozenset()),
    "failure": (_SAID, frozenset(), frozenset()),
    "error": (_SAID, frozenset(), frozenset()),
    "skipped": (_SAID, frozenset(), frozenset()),
    "system-out": (frozenset(), frozenset(), frozenset()),
    "system-err": (frozenset(), frozenset(), frozenset()),
}
_TIME = re.compile(r"\d+\.\d{3}")


def faults(text: bytes) -> list[str]:
    """Where a file is not as the schema wants it."""
    root = ElementTree.fromstring(text)
    return list(_of(root, root.tag)) if root.tag == "testsuites" else [f"the root is {root.tag}"]


def _of(element: ElementTree.Element, path: str) -> Iterator[str]:
    may, must, children = _ALLOWED[element.tag]
    yield from (f"{path} must not have @{name}" for name in element.attrib.keys() - may)
    yield from (f"{path} must have @{name}" for name in must - element.attrib.keys())
    if element.tag in ("testsuite", "testsuites") and not _TIME.fullmatch(element.get("time", "0.000")):
        yield f"{path} has the time {element.get('time')!r}"
    for child in element:
        if child.tag not in children:
            yield f"{path} must not hold {child.tag}"
        else:
            yield from _of(child, f"{path}/{child.tag}")
