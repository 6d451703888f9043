from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.journal import Kind, read_journal
from harness.journal.writer import Journal
from harness.lab import Witness
from harness.lab.watch import LedgerWatch
from harness.providers.rehearsal.clock import VirtualClock
from harness.providers.seam import ApiError, ClusterApi, Reply


class Api:
    """Takes writes and tells watches what it is given to tell."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.stretches: list[list[tuple[str, int]] | ApiError] = []
        self.refusal: ApiError | None = None

    def get(self, kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
        raise NotImplementedError(f"{kind} {namespace}/{name}")

    def list(self, kind: str, namespace: str | None = None) -> list[dict[str, Any]]:
        return [{"kind": kind, "metadata": {"name": name, "namespace": namespace}} for name in self.written]

    def apply(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        if self.refusal is not None:
            raise self.refusal
        self.written.append(manifest["metadata"]["name"])
        return dict(manifest)

    def delete(self, kind: str, name: str, namespace: str | None = None) -> None:
        raise NotImplementedError(f"{kind} {namespace}/{name}")

    def watch(
        self,
        kind: str,  # noqa: ARG002
        namespace: str,  # noqa: ARG002
        *,
        since: str | None,  # noqa: ARG002
        limit: timedelta,  # noqa: ARG002
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        stretch = self.stretches.pop(0) if self.stretches else []
        if isinstance(stretch, ApiError):
            raise stretch
        for change, number in stretch:
            yield change, {"metadata": {"name": f"ledger-{number}", "resourceVersion": str(100 + number)}}


class Network:
    """Repeats on a virtual clock; the canary counts what it gets."""

    def __init__(self, clock: VirtualClock, api: Api) -> None:
        self._clock, self._api = clock, api
        self.ledger: list[str] = []
        self.status = 200

    def api(self, kubeconfig: str, *, patience: timedelta = timedelta(seconds=10)) -> ClusterApi:  # noqa: ARG002
        return self._api

    def http(self, method: str, url: str, *, timeout: timedelta) -> Reply:  # noqa: ARG002
        if method == "POST" and self.status == 200:
            self.ledger.append(url.rpartition("/")[2])
        return Reply(status=self.status, body="\n".join(self.ledger) if url.endswith("/ledger") else "ok")

    def every(self, interval: timedelta, action: Callable[[], None], name: str) -> AbstractContextManager[None]:  # noqa: ARG002
        return self._clock.every(interval, action)


@pytest.fixture
def scene(tmp_path: Path) -> tuple[VirtualClock, Api, Network, Journal, Witness]:
    clock, api = VirtualClock(), Api()
    journal, network = Journal(tmp_path / "journal.jsonl", clock), Network(clock, api)
    return clock, api, network, journal, Witness(network, api, journal, "http://app")


Scene = tuple[VirtualClock, Api, Network, Journal, Witness]


def test_a_number_is_on_record_only_after_it_was_acknowledged_and_is_never_tried_again(scene: Scene) -> None:
    _, api, _, journal, witness = scene
    witness.api_ledger.write()
    api.refusal = ApiError("The API does not answer")
    witness.api_ledger.write()
    api.refusal = None
    witness.api_ledger.write()
    assert [event.data["n"] for event in read_journal(journal.path).of(Kind.LEDGER, stream="api")] == [1, 3]
    assert witness.numbers_in_api() == [1, 3]


def test_probes_tell_each_change_and_when_the_last_good_answer_came(scene: Scene) -> None:
    clock, _, network, journal, witness = scene
    with witness.watching():
        clock.pause(1.0)
        network.status = 500
        clock.pause(1.0)
    told = list(read_journal(journal.path).of(Kind.PROBE, probe="app-read"))
    assert [(event.data["ok"], event.data["detail"][:17]) for event in told] == [
        (True, ""),
        (False, "The canary answer"),
        (False, "end"),
    ]
    assert told[1].data["last_ok"] == pytest.approx(1.0, abs=0.11)


def test_the_canary_is_written_ten_times_and_the_api_five_times_a_second(scene: Scene) -> None:
    clock, api, network, _, witness = scene
    with witness.watching():
        clock.pause(2.05)
    assert (len(network.ledger), len(api.written)) == (20, 10)
    assert witness.numbers_on_volume() == list(range(1, 21))


def test_a_canary_that_answers_with_an_error_is_no_answer(scene: Scene) -> None:
    _, _, network, _, witness = scene
    network.status = 500
    with pytest.raises(ApiError, match="The canary answered 500") as refused:
        witness.ask_app("GET", "/")
    assert refused.value.status == 500


def states(journal: Journal) -> list[tuple[str, Any]]:
    return [(event.data["state"], event.data.get("marker")) for event in read_journal(journal.path).of(Kind.WATCH)]


def test_a_watch_tells_that_it_was_closed_once_and_resumes_where_it_was(scene: Scene) -> None:
    _, api, _, journal, _ = scene
    watch = LedgerWatch(api, journal, "witness", "ledger-")
    down = ApiError("The API does not answer")
    api.stretches = [[("ADDED", 1)], down, down, [("ADDED", 2)]]
    for _ in range(4):
        watch.follow()
    assert states(journal) == [("opened", None), ("event", 1), ("closed", None), ("resumed", None), ("event", 2)]
    last = read_journal(journal.path).last(Kind.WATCH, state="resumed")
    assert last is not None
    assert last.data["version"] == "101"


def test_a_watch_that_is_told_to_list_anew_begins_anew(scene: Scene) -> None:
    _, api, _, journal, _ = scene
    watch = LedgerWatch(api, journal, "witness", "ledger-")
    api.stretches = [[("ADDED", 1)], ApiError("too old", 410), [("ADDED", 5)]]
    for _ in range(3):
        watch.follow()
    assert [state for state, _ in states(journal)][:3] == ["opened", "event", "relist"]
    assert states(journal)[-1] == ("event", 5)


def test_the_watch_hears_of_the_last_write_before_it_ends(scene: Scene) -> None:
    clock, api, _, journal, witness = scene
    with witness.watching():
        clock.pause(0.25)
        # The first write is acknowledged; the watch is told of it only after the block has ended.
        api.stretches = [[], [], [], [("ADDED", 1)]]
    assert witness.api_ledger.acknowledged == 1
    assert states(journal) == [("opened", None), ("event", 1), ("ended", None)]


def test_who_stops_watching_waits_for_a_silent_watch_only_so_long_and_not_at_all_without_an_api(scene: Scene) -> None:
    clock, api, _, journal, witness = scene
    before = clock.monotonic()
    with witness.watching():
        clock.pause(1)
    assert clock.monotonic() - before == pytest.approx(11)
    with witness.watching():
        api.refusal = ApiError("The API does not answer")
        clock.pause(1)
        before = clock.monotonic()
    assert clock.monotonic() - before < 1
    assert states(journal) == []
