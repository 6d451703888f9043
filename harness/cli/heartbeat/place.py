"""Where a heartbeat goes: a file, or an address that somebody else watches."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from harness.errors import SpecError, hinted

#: An address is a secret in most places that take heartbeats, and a command line is not the place for one.
VARIABLE = "KUBEDRILL_HEARTBEAT"
STATUS = "{status}"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """A file, replaced in one step."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlPlace:
    """An address; shown without what may be a secret in it."""

    url: str = field(repr=False)
    shown: str

    @property
    def takes_status(self) -> bool:
        """Whether whoever is there can tell a bad end from a good one."""
        return STATUS in self.url

    def with_status(self, status: int) -> str:
        """The address to ask for."""
        return self.url.replace(STATUS, str(int(status)))


Place = FilePlace | UrlPlace


def heartbeat_places(asked: Sequence[str], environment: Mapping[str, str]) -> tuple[Place, ...]:
    """All places that the command line and the environment name, checked before anything is done."""
    texts = [*asked, *([environment[VARIABLE]] if environment.get(VARIABLE) else [])]
    return tuple(_place(text) for text in dict.fromkeys(texts))


def _place(text: str) -> Place:
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _file(Path(text).absolute())
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    plain = host is not None and text.isascii() and text.isprintable() and " " not in text
    # Nothing of the address is said that may be a secret: neither its path nor a name and password before the host.
    shown = f"{scheme[0]}{host or ''}{f':{port}' if port else ''}"
    if scheme[0].lower() not in ("http://", "https://") or not plain:
        raise hinted(
            SpecError(f"A heartbeat cannot be sent to '{shown}'"),
            "Name a file, or an address such as https://HOST/PATH.",
        )
    if parts.username is not None:
        raise hinted(
            SpecError(f"A heartbeat cannot be sent to '{shown}' with a user's name in the address"),
            "Put what it takes into the address's path or query.",
        )
    return UrlPlace(url=text, shown=shown)


def _file(path: Path) -> FilePlace:
    if path.is_dir() or not path.parent.is_dir():
        what = "it is a folder" if path.is_dir() else f"there is no folder '{path.parent}'"
        raise SpecError(f"A heartbeat cannot be written to '{path}': {what}")
    return FilePlace(path=path)
