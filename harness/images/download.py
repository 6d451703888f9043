"""Files fetched over HTTP: checked against their published checksum, and resumed where a broken fetch stopped."""

from __future__ import annotations

import hashlib
import http.client
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from harness.errors import LabError, hinted
from harness.images.cache import cache_root
from harness.images.progress import Progress

_CONNECT_S = 20.0
_PROBE_S = 3.0
_ATTEMPTS = 3
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class WebShelf:
    """Published files below one address."""

    base_url: str

    def fetch(self, path: str, progress: Progress) -> Path | None:
        """The file of this path, verified and kept in the cache by its checksum; None where it is not published."""
        published = self.text(f"{path}.sha256")
        if published is None:
            return None
        wanted = published.split()[0] if published.split() else ""
        if not re.fullmatch(r"[0-9a-f]{64}", wanted):
            raise LabError(f"The published checksum '{self._url(path)}.sha256' is no SHA-256: '{published[:80]}'")
        folder = cache_root() / "downloads"
        folder.mkdir(exist_ok=True)
        done = folder / wanted
        if not done.exists():
            progress.waiting_on(f"{self._url(path)}")
            if not self._download(path, folder / f"{wanted}.part", progress):
                return None
            _verify(folder / f"{wanted}.part", wanted, self._url(path))
            (folder / f"{wanted}.part").rename(done)
        return done

    def text(self, path: str) -> str | None:
        """A small text; None where it is not published."""
        try:
            with urllib.request.urlopen(self._url(path), timeout=_CONNECT_S) as answer:
                return str(answer.read(4096).decode(errors="replace")).strip()
        except urllib.error.HTTPError as refused:
            if refused.code in (403, 404):
                return None
            raise LabError(f"The server refused '{self._url(path)}': {refused.code} {refused.reason}") from refused
        except (OSError, http.client.HTTPException) as broken:
            raise hinted(
                LabError(f"'{self._url(path)}' cannot be reached: {broken}"),
                "Choose another source: `--source modules`, or `--source directory=FOLDER` without a network.",
            ) from broken

    def reachable(self, path: str) -> bool:
        """Whether the server answers within three seconds and has this file."""
        try:
            with urllib.request.urlopen(self._url(path), timeout=_PROBE_S) as answer:
                return bool(answer.status == http.HTTPStatus.OK)
        except (OSError, http.client.HTTPException):
            return False

    def _url(self, path: str) -> str:
        return f"{self.base_url.rstrip('/')}/{path}"

    def _download(self, path: str, part: Path, progress: Progress) -> bool:
        """Bring the part file to its full length; a body that ends too early is continued, three times."""
        why = ""
        for _ in range(_ATTEMPTS):
            try:
                if self._continue(path, part, progress):
                    return True
                why = "the server closed the connection early"
            except urllib.error.HTTPError as refused:
                if refused.code == http.HTTPStatus.NOT_FOUND:
                    return False
                if refused.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                    part.unlink(missing_ok=True)
                why = f"{refused.code} {refused.reason}"
            except (OSError, http.client.HTTPException) as broken:
                why = str(broken) or type(broken).__name__
            progress.waiting_on(f"another try of '{path}': {why}")
        have = part.stat().st_size if part.exists() else 0
        raise hinted(
            LabError(f"The download of '{self._url(path)}' broke {_ATTEMPTS} times ({why}); {have} bytes are here"),
            "Run the same command again: it goes on from there.",
        )

    def _continue(self, path: str, part: Path, progress: Progress) -> bool:
        have = part.stat().st_size if part.exists() else 0
        request = urllib.request.Request(self._url(path), headers={"Range": f"bytes={have}-"} if have else {})
        with urllib.request.urlopen(request, timeout=_CONNECT_S) as answer:
            resumed = answer.status == http.HTTPStatus.PARTIAL_CONTENT
            have = have if resumed else 0
            length = answer.headers.get("Content-Length")
            total = have + int(length) if length else 0
            with part.open("ab" if resumed else "wb") as target:
                while chunk := answer.read(_CHUNK):
                    target.write(chunk)
                    have += len(chunk)
                    progress.advance(have, total)
        return not total or have >= total


def file_sum(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _verify(part: Path, wanted: str, url: str) -> None:
    found = file_sum(part)
    if found != wanted:
        part.unlink()
        raise hinted(
            LabError(f"The download '{url}' is not what was published: its SHA-256 is {found} instead of {wanted}"),
            "It was thrown away. If that happens again, something on the way changes it.",
        )
