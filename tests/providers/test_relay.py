"""The witness machine's program and our end of it, joined by a terminal line instead of a machine's channel."""

from __future__ import annotations

import os
import subprocess
import threading
import tty
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.clock import Deadline, HostClock, NotYet, wait_for
from harness.errors import LabError
from harness.providers.libvirt.relay import Relay
from harness.providers.libvirt.relay_network import RelayNetwork
from harness.providers.seam import ApiError

_PROGRAM = Path(__file__).parents[2] / "harness/providers/libvirt/relay.pl"
_PATIENCE = timedelta(seconds=20)
CLOCK = HostClock()
_LONG = "x" * 300_000


class Line:
    """Our end of the terminal line."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._handle, data) :]

    def receive(self) -> bytes:
        try:
            return os.read(self._handle, 65536)
        except OSError:
            return b""


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write((_LONG if self.path == "/long" else self.path).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_address[1]}"
        served.shutdown()
        thread.join()


@contextmanager
def relayed(folder: Path) -> Iterator[tuple[RelayNetwork, subprocess.Popen[bytes]]]:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    with subprocess.Popen(["perl", str(_PROGRAM), os.ttyname(theirs)]) as program:
        relay = Relay(Line(ours), folder)
        try:
            yield RelayNetwork(relay.door), program
        finally:
            relay.close()
            program.kill()
            os.close(theirs)
    assert list(folder.iterdir()) == []


def test_many_are_answered_at_once_each_with_what_it_asked_for(server: str, tmp_path: Path) -> None:
    with relayed(tmp_path) as (network, _), ThreadPoolExecutor(max_workers=8) as threads:
        paths = [f"/{number}" for number in range(40)]
        replies = threads.map(lambda path: network.http("GET", f"{server}{path}", timeout=_PATIENCE), paths)
        assert [reply.body for reply in replies] == paths
        assert network.http("GET", f"{server}/long", timeout=_PATIENCE).body == _LONG


def test_where_nobody_listens_nothing_answers_and_the_next_question_is_heard(server: str, tmp_path: Path) -> None:
    with relayed(tmp_path) as (network, _):
        with pytest.raises(ApiError, match="does not answer"):
            network.http("GET", "http://127.0.0.1:9/", timeout=_PATIENCE)
        assert network.http("GET", server, timeout=_PATIENCE).status == 200


def test_what_is_not_answered_in_time_is_not_answered(tmp_path: Path) -> None:
    with relayed(tmp_path) as (network, _), pytest.raises(ApiError, match="does not answer"):
        # An address for documents: nobody has it.
        network.http("GET", "http://192.0.2.1/", timeout=timedelta(seconds=0.5))


def test_a_witness_that_is_gone_is_trouble_of_the_lab_and_not_an_api_that_does_not_answer(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    os.close(theirs)
    relay = Relay(Line(ours), tmp_path)
    wait_for("the relay to notice", lambda: relay.has_ended or NotYet("it listens"), Deadline.after(_PATIENCE, CLOCK))
    with pytest.raises(LabError, match="not heard of any more"):
        relay.door("10.77.0.11", 6443)
    relay.close()
