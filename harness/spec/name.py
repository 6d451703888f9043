"""Names by pattern: what becomes part of a path, an address or a label is checked once, where it enters."""

from __future__ import annotations

import re

from harness.errors import SpecError, hinted

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


def check_name(kind: str, value: str) -> str:
    """Return the name if it may be used in paths, host names and labels; otherwise say why not."""
    if not _NAME.fullmatch(value):
        raise hinted(
            SpecError(f"The {kind} name '{value}' is not allowed"),
            "Use 1 to 41 characters: lower-case letters, digits and hyphens, starting with a letter or digit.",
        )
    return value
