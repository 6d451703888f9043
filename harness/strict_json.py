"""JSON from outside: a text that is none is a ValueError, however it goes wrong."""

from __future__ import annotations

import json
from typing import Any


def json_value(text: str | bytes) -> Any:
    """The value; what nests too deep, is no text at all, or holds what JSON does not know is no JSON either."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as deep:
        raise ValueError("it nests too deep") from deep


def json_table(text: str | bytes) -> dict[str, Any]:
    """The value, which has to be one of names and values."""
    value = json_value(text)
    if not isinstance(value, dict):
        raise ValueError("it is no table of names and values")
    return value


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")
