"""A cache of its own for every test, and a publisher of programs on this machine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.images.catalog import resolve_version
from harness.images.published import files_of


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setenv("KUBEDRILL_CACHE", str(folder))
    return folder


@dataclass
class Publisher:
    """A web server with dl.k8s.io's layout, which can be made to misbehave."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    #: After so many bytes of a body the connection ends, once for each entry.
    cuts: list[int] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    honours_ranges: bool = True

    def publish(self, path: str, body: bytes, checksum: str | None = None) -> None:
        """Offer a file, with its checksum or with a wrong one."""
        self.files[f"/{path}"] = body
        self.files[f"/{path}.sha256"] = (checksum or hashlib.sha256(body).hexdigest()).encode()

    def publish_version(self, minor: str) -> None:
        """Offer every program of a version."""
        for _, files in files_of(resolve_version(minor)):
            for name, path in files.items():
                self.publish(path, f"program {name}".encode())


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """A publisher that serves while the test runs."""
    state = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = state.files.get(self.path)
            if body is None:
                self.send_error(404)
                return
            asked = self.headers.get("Range")
            start = 0
            if asked and state.honours_ranges:
                state.ranges.append(asked)
                start = int(asked.removeprefix("bytes=").rstrip("-"))
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body) - start))
            self.end_headers()
            rest = body[start:]
            if state.cuts and not self.path.endswith(".sha256"):
                rest = rest[: state.cuts.pop(0)]
            self.wfile.write(rest)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the tests' output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
