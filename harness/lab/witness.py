"""Our process inside the lab's network: it writes, reads and watches all the time, and remembers what was answered."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from harness.clock import Clock, Deadline
from harness.journal import Kind
from harness.journal.writer import Journal
from harness.lab.watch import LedgerWatch
from harness.providers.seam import ApiError, ClusterApi, Network

NAMESPACE = "witness"
LEDGER = "ledger-"
_INTERVAL = timedelta(milliseconds=100)
#: An object a number: at ten a second they would slow the API that is measured.
_API_INTERVAL = timedelta(milliseconds=200)
_PATIENCE = timedelta(seconds=1)
#: Who counts requests that are lost takes none for lost that is only late.
_SLOW = timedelta(seconds=5)
#: How long the watch may take, once nobody writes any more, to hear of what was acknowledged last.
_HEARING_OUT = timedelta(seconds=10)


@dataclass(slots=True)
class Probe:
    """One question asked again and again; the journal gets each change of the answer."""

    name: str
    journal: Journal
    clock: Clock
    ok: bool | None = None
    last_ok: float | None = None
    detail: str = ""

    def note(self, ok: bool, detail: str = "") -> None:
        """Take down one answer."""
        now = self.clock.monotonic()
        self.detail = detail
        if ok is not self.ok:
            self.journal.write(Kind.PROBE, probe=self.name, ok=ok, last_ok=self.last_ok, detail=detail)
            self.ok = ok
        if ok:
            self.last_ok = now

    def close(self) -> None:
        """Take down when the last good answer came."""
        self.journal.write(Kind.PROBE, probe=self.name, ok=bool(self.ok), last_ok=self.last_ok, detail="end")


class Ledger:
    """Numbered writes; a number is on record only after it was acknowledged."""

    def __init__(self, stream: str, probe: Probe, send: Callable[[int], None]) -> None:
        self.stream = stream
        self.probe = probe
        self._send = send
        self._next = 1
        self.acknowledged = 0

    def write(self) -> None:
        """Try to write the next number; one that was not acknowledged is never tried again."""
        number, self._next = self._next, self._next + 1
        try:
            self._send(number)
        except ApiError as error:
            self.probe.note(False, str(error))
            return
        self.probe.journal.write(Kind.LEDGER, stream=self.stream, n=number)
        self.acknowledged = number
        self.probe.note(True)


class Witness:
    """All probes of one lab; `app` is where the canary's Service answers."""

    def __init__(self, network: Network, api: ClusterApi, journal: Journal, app: str, *, pace: float = 1.0) -> None:
        self._network = network
        #: On emulated machines the questions alone would keep a processor busy.
        self._pace = pace
        self._api = api
        self._journal = journal
        self._app = app
        self.api_ledger = Ledger("api", self._probe("api-write"), self._write_api)
        self.app_ledger = Ledger("volume", self._probe("app-write"), self._write_app)
        self.app_read = self._probe("app-read")
        self._asked_also: dict[str, Probe] = {}
        self._also = contextlib.ExitStack()
        self.watch = LedgerWatch(api, journal, NAMESPACE, LEDGER)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Probe and watch for as long as the block lasts; the watch hears of the last writes, too."""
        try:
            with self._network.every(_INTERVAL * self._pace, self.watch.follow, "watch"):
                with self._probing():
                    yield
                self._hear_out()
        finally:
            self.watch.close()

    @contextlib.contextmanager
    def _probing(self) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            for probe in (self.api_ledger.probe, self.app_ledger.probe, self.app_read):
                stack.callback(probe.close)
            every, pace = self._network.every, self._pace
            stack.enter_context(every(_API_INTERVAL * pace, self.api_ledger.write, "api-ledger"))
            stack.enter_context(every(_INTERVAL * pace, self.app_ledger.write, "app-ledger"))
            stack.enter_context(every(_INTERVAL * pace, self._read_app, "app-read"))
            stack.enter_context(self._also)
            yield

    def ask_also(self, name: str, url: str) -> None:
        """One more question, asked again and again from now on; an answer may be slow, but not missing."""
        probe = self._asked_also[name] = self._probe(name)
        self._also.callback(probe.close)
        self._also.enter_context(self._network.every(_INTERVAL * self._pace, lambda: self._get(probe, url), name))

    def answers(self, name: str) -> bool:
        """Whether the last answer to such a question was good."""
        return self._asked_also[name].ok is True

    def _get(self, probe: Probe, url: str) -> None:
        try:
            reply = self._network.http("GET", url, timeout=_SLOW * self._pace)
        except ApiError as error:
            probe.note(False, str(error))
        else:
            probe.note(reply.status == 200, "" if reply.status == 200 else f"it answered {reply.status}")

    def _hear_out(self) -> None:
        clock = self._journal.clock
        deadline = Deadline.after(_HEARING_OUT * self._pace, clock)
        while self.api_ledger.probe.ok and self.watch.heard < self.api_ledger.acknowledged and not deadline.passed:
            clock.pause(_INTERVAL.total_seconds())

    def numbers_in_api(self) -> list[int]:
        """The ledger's numbers that the API holds."""
        names = (item["metadata"]["name"] for item in self._api.list("ConfigMap", NAMESPACE))
        return sorted(int(name.removeprefix(LEDGER)) for name in names if name.startswith(LEDGER))

    def numbers_on_volume(self) -> list[int]:
        """The ledger's numbers that the canary has on its volume."""
        return sorted({int(line) for line in self.ask_app("GET", "/ledger").split()})

    def ask_app(self, method: str, path: str, patience: timedelta = _PATIENCE) -> str:
        """One request to the canary's Service."""
        reply = self._network.http(method, f"{self._app}{path}", timeout=patience * self._pace)
        if reply.status != 200:
            raise ApiError(f"The canary answered {reply.status}: {reply.body[:200]}", reply.status)
        return reply.body

    def _probe(self, name: str) -> Probe:
        return Probe(name, self._journal, self._journal.clock)

    def _write_api(self, number: int) -> None:
        # An object for each: in one that grows, a later write would put back what was lost.
        metadata = {"name": f"{LEDGER}{number}", "namespace": NAMESPACE}
        self._api.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})

    def _write_app(self, number: int) -> None:
        self.ask_app("POST", f"/ledger/{number}")

    def _read_app(self) -> None:
        try:
            self.ask_app("GET", "/")
        except ApiError as error:
            self.app_read.note(False, str(error))
        else:
            self.app_read.note(True)
