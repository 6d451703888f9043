"""Paths by form: what a user calls a file or a folder is checked once, where it enters."""

from __future__ import annotations

import os
from pathlib import Path

from harness.errors import SpecError, hinted

#: What Linux takes for a part of a path, and for all of it.
_LONGEST_PART, _LONGEST = 255, 4095


def check_path(kind: str, value: str | Path) -> Path:
    """Return the path if there can be such a one, and it is printable; otherwise say why not."""
    text = str(value)
    if not text or not text.isprintable():
        why = "it holds what cannot be printed" if text else "it is empty"
    elif max(len(os.fsencode(part)) for part in text.split("/")) > _LONGEST_PART or len(os.fsencode(text)) > _LONGEST:
        why = "it is too long"
    else:
        return Path(text)
    shown = text if len(text) <= _LONGEST_PART else f"{text[:_LONGEST_PART]}…"
    raise hinted(SpecError(f"The {kind} cannot be '{shown}': {why}"), "Give the path of a file or folder.")
