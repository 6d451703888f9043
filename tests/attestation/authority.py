"""A small timestamp authority on this host: openssl behind an HTTP server, with a chain of its own."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_SETTINGS = """
[tsa]
default_tsa = here
[here]
dir = {place}
serial = {place}/serial
signer_cert = {place}/tsa.pem
signer_key = {place}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
[req]
distinguished_name = nobody
[nobody]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Where it listens, and the certificate that vouches for it."""

    url: str
    root: Path


def openssl(*words: str, given: bytes = b"") -> bytes:
    """What openssl answers; where there is none these tests fail, for nothing else can play an authority."""
    assert shutil.which("openssl"), "the tests of timestamps need the program openssl: apt-get install openssl"
    return subprocess.run(["openssl", *words], input=given, capture_output=True, check=True).stdout


@contextlib.contextmanager
def authority(place: Path, spoil: Callable[[bytes], bytes] = bytes) -> Iterator[Authority]:
    """An authority that answers as long as the block lasts; `spoil` is done to its answers."""
    _certificates(place)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = place / "query.tsq"
            asked.write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            answer = openssl("ts", "-reply", "-config", str(place / "tsa.conf"), "-queryfile", str(asked))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(spoil(answer))

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Authority(url=f"http://127.0.0.1:{server.server_port}/", root=place / "root.pem")
        finally:
            server.shutdown()
            thread.join()


def _certificates(place: Path) -> None:
    place.mkdir(exist_ok=True)
    settings = place / "tsa.conf"
    settings.write_text(_SETTINGS.format(place=place))
    (place / "serial").write_text("01\n")
    fresh = (
        "req",
        "-config",
        str(settings),
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    )
    root = ("-keyout", str(place / "root.key"), "-out", str(place / "root.pem"))
    openssl(*fresh, "-x509", "-extensions", "ca", "-subj", "/CN=root of the test", *root)
    openssl(*fresh, "-subj", "/CN=stamps of the test", "-keyout", f"{place}/tsa.key", "-out", f"{place}/tsa.csr")
    signer = ("-CA", f"{place}/root.pem", "-CAkey", f"{place}/root.key", "-CAcreateserial", "-days", "2")
    extensions = ("-extfile", str(settings), "-extensions", "stamping")
    openssl("x509", "-req", "-in", f"{place}/tsa.csr", *signer, *extensions, "-out", f"{place}/tsa.pem")
