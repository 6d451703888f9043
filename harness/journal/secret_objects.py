"""Secrets of Kubernetes as they are printed: in JSON on one line or on many, and in YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from harness.strict_json import json_value

_IS_SECRET = re.compile(r"\\?[\"']?kind\\?[\"']?\s{0,4}:\s{0,4}\\?[\"']?Secret\b")
_STRING = r'"(?:[^"\\]|\\.)*"'
_DATA = re.compile(rf'("(?:data|stringData)"\s{{0,4}}:\s{{0,4}}\{{)((?:[^"{{}}]|{_STRING})*)')
_VALUE = re.compile(rf"({_STRING}\s*:\s*)({_STRING})")
#: A digest tells nothing; drills compare Secrets by it.
_DIGEST = re.compile(r'"?(?:sha256:)?[0-9a-f]{64}"?')
_FIELD = re.compile(r"(\s*(?:- )?)(data|stringData):\s*$")
_CHILD = re.compile(r"(\s+[A-Za-z0-9._-]+:)(\s*)(.*)$")


def without_secret_data(text: str, instead: str) -> str:
    """The text with the values of each Secret exchanged; what is no Secret stays as it is."""
    if "Secret" not in text or not _IS_SECRET.search(text):
        return text
    try:
        value = json_value(text)
    except ValueError:
        # Not JSON alone, or cut: what looks like data beside a Secret is taken for its data.
        text = _DATA.sub(lambda found: found[1] + _values(found[2], instead), text)
    else:
        clean = _cleaned(value, instead)
        return text if clean == value else json.dumps(clean, ensure_ascii=False)
    return "\n".join(_lines(text.split("\n"), instead)) if _FIELD_ANYWHERE.search(text) else text


_FIELD_ANYWHERE = re.compile(r"^\s*(?:- )?(?:data|stringData):\s*$", re.M)


def _cleaned(value: Any, instead: str) -> Any:
    if isinstance(value, list):
        return [_cleaned(one, instead) for one in value]
    if not isinstance(value, dict):
        return value
    secret = value.get("kind") == "Secret"
    return {
        key: _blanked(one, instead) if secret and key in ("data", "stringData") else _cleaned(one, instead)
        for key, one in value.items()
    }


def _blanked(table: Any, instead: str) -> Any:
    if not isinstance(table, dict):
        return table
    return {key: one if _DIGEST.fullmatch(str(one)) else instead for key, one in table.items()}


def _values(table: str, instead: str) -> str:
    def exchanged(found: re.Match[str]) -> str:
        return found[0] if _DIGEST.fullmatch(found[2]) else f'{found[1]}"{instead}"'

    return _VALUE.sub(exchanged, table)


def _lines(lines: list[str], instead: str) -> Iterator[str]:
    """In YAML, what stands deeper than `data:` is its values, block by block."""
    above: int | None = None
    child: int | None = None
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if above is not None and line.strip() and depth <= above:
            above = child = None
        if above is None:
            found = _FIELD.match(line)
            above = len(found[1]) if found else None
            yield line
            continue
        found = _CHILD.match(line)
        child = depth if child is None else child
        if found is not None and depth == child:
            yield line if _DIGEST.fullmatch(found[3].strip()) else f"{found[1]} {instead}"
        elif line.strip():
            yield " " * depth + instead
        else:
            yield line
