"""The last look over all that a run leaves behind, by somebody who outlives its drills."""

from __future__ import annotations

import base64
import html
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.cluster import canary
from harness.journal.redaction import kinds_in
from harness.strict_json import json_value

#: A canary's name for what no form gives away: it looks like nothing, so that only who planted it can find it.
CANARY = "canary"
_CANARIES = (canary.SECRET, base64.b64encode(canary.SECRET.encode()).decode().rstrip("="))
_MARKED = frozenset({".html", ".xml"})
_LINES = frozenset({".jsonl", ".json"})
_ESCAPE = re.compile(r'\\(n|t|r|"|/|u[0-9a-fA-F]{4})')
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "/": "/"}
#: Text is looked at piece by piece; no secret is as long as what two pieces share.
_PIECE, _SHARED = 4 * 2**20, 16 * 2**10


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file in which something secret stands, and of which kind it is; never the secret."""

    path: Path
    kinds: tuple[str, ...]

    def __str__(self) -> str:
        return f"'{self.path}' holds what must not be written down: {', '.join(self.kinds)}"


def scan(folder: Path) -> tuple[Found, ...]:
    """All files of a run in which a secret is found, whoever wrote them and however their writer ended."""
    return tuple(Found(path=path, kinds=kinds) for path in _files(folder) if (kinds := _kinds(path)))


def _files(folder: Path) -> Iterator[Path]:
    for top, folders, names in os.walk(folder):
        folders.sort()
        # What a link leads to was not left behind by this run.
        yield from (path for name in sorted(names) if not (path := Path(top) / name).is_symlink() and path.is_file())


def _kinds(path: Path) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in _pieces(path):
        for form in _forms(text, path.suffix):
            found |= dict.fromkeys(kinds_in(form))
            if any(one in form for one in _CANARIES):
                found[CANARY] = None
    return tuple(found)


def _forms(text: str, suffix: str) -> Iterator[str]:
    """A text as it stands there, and as it was before somebody wrote it down as JSON or as a page."""
    if suffix in _LINES:
        for line in text.splitlines() if suffix == ".jsonl" else [text]:
            try:
                yield from _strings(json_value(line))
            except ValueError:
                yield from {line, _ESCAPE.sub(_letter, line)}
        return
    readable = html.unescape(text) if suffix in _MARKED else text
    yield from {readable, _ESCAPE.sub(_letter, readable)}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _strings(one)
            # Some are known by the name before them; a document is not, and would be none with it.
            yield f"{key}: {one}" if isinstance(one, str) and "{" not in one else key
    elif isinstance(value, list):
        yield " ".join(one for one in value if isinstance(one, str))
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value


def _letter(found: re.Match[str]) -> str:
    return _ESCAPED.get(found[1]) or chr(int(found[1][1:], 16))


def _pieces(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        rest = b""
        while content := file.read(_PIECE):
            yield (rest + content).decode(errors="replace")
            rest = content[-_SHARED:]
