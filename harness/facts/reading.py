"""Raw output read as JSON or YAML of a declared shape; whatever does not fit is a ValueError that says what it saw."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterator
from functools import cache, lru_cache
from typing import Any, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from harness.facts.fact import Answer, Output

_SHOWN = 160
#: Nobody looks for a sentence behind this much of something else.
_READ = 20_000
#: What colours a terminal's words and moves its cursor.
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")


def succeeded(output: Output) -> str:
    """The standard output of a command that had to succeed."""
    if output.status != 0:
        said = shortened(output.stderr or output.stdout) or "nothing"
        raise ValueError(f"status {output.status} instead of an answer; it said: {said}")
    return output.stdout


def read_json(shape: type[Answer], output: Output) -> Answer:
    """The JSON document on standard output, as this shape."""
    return fit_json(shape, succeeded(output))


def fit_json(shape: type[Answer], text: str) -> Answer:
    """A JSON text as this shape."""
    adapter: TypeAdapter[Answer] = _adapter(cast(Hashable, shape))
    try:
        return adapter.validate_json(text)
    except ValidationError as bad:
        raise ValueError(f"{_first(bad)}; it was: {shortened(text) or 'empty'}") from bad


def fit(shape: type[Answer], value: object) -> Answer:
    """A value already parsed, as this shape."""
    adapter: TypeAdapter[Answer] = _adapter(cast(Hashable, shape))
    try:
        return adapter.validate_python(value)
    except ValidationError as bad:
        raise ValueError(_first(bad)) from bad


@lru_cache(maxsize=32)
def read_yaml(text: str) -> Any:
    """A YAML text as plain values, which stay as they are: a drill asks for the same ones time and again."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as bad:
        raise ValueError(f"not YAML: {shortened(text)}") from bad


def flattened(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Each leaf of nested mappings with its dotted path, such as 'networking.podSubnet'."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from flattened(item, f"{path}.{key}" if path else str(key))
    elif path:
        yield path, json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def shortened(text: str, most: int = _SHOWN) -> str:
    """The text on one line, cut where it gets long, and without what a terminal would obey."""
    if not text.isprintable():
        spaced = (one if one.isprintable() or one.isspace() else "" for one in ANSI.sub("", text[:_READ]))
        text = "".join(spaced)
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most] + "…"


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _first(bad: ValidationError) -> str:
    error = bad.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in error["loc"])
    return f"'{shortened(where)}': {shortened(error['msg'])}" if where else shortened(error["msg"])
