"""What OSCAL 1.2.1 demands of assessment results, as far as we write them; written down by us."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_LINE = re.compile(r"\S(.*\S)?")
#: By place: what it must have, and what it may have besides.
_SHAPES: dict[str, tuple[str, str]] = {
    "": ("assessment-results", ""),
    "assessment-results": ("uuid metadata import-ap results", "back-matter"),
    "metadata": ("title last-modified version oscal-version", "remarks"),
    "import-ap": ("href", ""),
    "results": ("uuid title description start reviewed-controls", "end props observations findings remarks"),
    "reviewed-controls": ("control-selections", ""),
    "control-selections": ("include-controls", ""),
    "include-controls": ("control-id", ""),
    "props": ("name value", "ns"),
    "observations": ("uuid description methods collected", "title types relevant-evidence"),
    "relevant-evidence": ("description", "href props"),
    "findings": ("uuid title description target", "related-observations"),
    "target": ("type target-id status", ""),
    "status": ("state", "reason"),
    "related-observations": ("observation-uuid", ""),
    "back-matter": ("resources", ""),
    "resources": ("uuid", "title description rlinks"),
    "rlinks": ("href", "media-type"),
}
_VALUES: dict[str, frozenset[str]] = {
    "state": frozenset({"satisfied", "not-satisfied"}),
    "oscal-version": frozenset({"1.2.1"}),
    "type": frozenset({"statement-id", "objective-id"}),
}
_TOKENS = frozenset({"control-id", "target-id", "name", "reason", "types"})
_LISTS = frozenset(
    {
        *("results", "control-selections", "include-controls", "props", "observations", "relevant-evidence"),
        *("findings", "related-observations", "resources", "rlinks", "methods", "types"),
    }
)


def faults(value: Any, key: str = "") -> list[str]:
    """Where a document is not as OSCAL wants it."""
    return list(_of(value, key))


def _of(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, list):
        if key not in _LISTS or not value:
            yield f"'{key}' is an empty list, or none of OSCAL"
        for one in value:
            yield from _one(one, key)
    elif key in _LISTS:
        yield f"'{key}' is no list"
    else:
        yield from _one(value, key)


def _one(value: Any, key: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield from _text(value, key)
        return
    must, may = (set(names.split()) for names in _SHAPES.get(key, ("", "")))
    yield from (f"'{key}' has no '{name}'" for name in sorted(must - value.keys()))
    yield from (f"'{key}' must not have '{name}'" for name in sorted(value.keys() - must - may))
    for name, inner in value.items():
        yield from _of(inner, name)


def _text(value: Any, key: str) -> Iterator[str]:
    if not isinstance(value, str) or not value:
        yield f"'{key}' is {value!r}"
    elif key in _VALUES and value not in _VALUES[key]:
        yield f"'{key}' must not be '{value}'"
    elif key.endswith("uuid") and not _UUID.fullmatch(value):
        yield f"'{key}' is no UUID: {value}"
    elif key in _TOKENS and not _TOKEN.fullmatch(value):
        yield f"'{key}' is no token: {value}"
    elif key in ("value", "version", "title", "methods") and not _LINE.fullmatch(value):
        yield f"'{key}' is no line: {value!r}"
    elif key in ("start", "end", "collected", "last-modified") and datetime.fromisoformat(value).tzinfo is None:
        yield f"'{key}' has no time zone: {value}"
