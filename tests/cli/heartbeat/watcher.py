"""Somebody on this host who waits for heartbeats, and answers as told."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Watcher:
    """What has been asked for so far."""

    answer: int = 200
    address: str = ""
    paths: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)


@contextlib.contextmanager
def watching(answer: int = 200) -> Iterator[Watcher]:
    """A watcher that listens for as long as the block lasts."""
    watcher = Watcher(answer=answer)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            watcher.paths.append(self.path)
            watcher.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(watcher.answer)
            if 300 <= watcher.answer < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02))
    thread.start()
    watcher.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield watcher
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
