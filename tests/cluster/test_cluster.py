"""What the cluster asks of the lab that it stands in, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.clock import Clock, NotYet
from harness.cluster.cluster import ADMIN, Cluster
from harness.cluster.kubeadm import HostTraits
from harness.errors import DeadlineError
from harness.journal.writer import Journal
from harness.lab import Node
from harness.providers.kube_kind import is_namespaced
from harness.providers.rehearsal import RehearsalProvider
from harness.providers.rehearsal.network import SimulatedNetwork
from harness.providers.seam import ApiError
from harness.spec import ClusterSpec, parse_shape

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster of machines six times as slow as they should be."""
    shape, provider = parse_shape("1"), RehearsalProvider()
    with (
        closing(Journal(tmp_path / "journal.jsonl", provider.clock)) as journal,
        provider.lab(shape, kubernetes="v1.34.4", run="test", folder=tmp_path) as lab,
    ):
        lab.machines["master1"].power_on()
        spec = ClusterSpec(kubernetes=lab.kubernetes, endpoint=shape.endpoint)
        yield Cluster(spec, replace(lab, pace=6.0), journal, HostTraits(cgroup_v1=False, shared_kernel=False))


def looks(cluster: Cluster, clock: Clock, seconds: float, error: ApiError | None = None) -> int:
    """How often a state that never comes is looked for within a minute, each look taking some seconds."""
    seen = 0

    def look() -> NotYet:
        nonlocal seen
        seen += 1
        clock.pause(seconds)
        if error is not None:
            raise error
        return NotYet("nothing")

    with pytest.raises(DeadlineError):
        cluster.await_state("what never comes", look, A_MINUTE)
    return seen


def test_requests_of_a_slow_lab_get_more_time_each(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[timedelta] = []
    monkeypatch.setattr(SimulatedNetwork, "api", lambda _, __, *, patience: asked.append(patience))
    cluster.master.machine.channel.put(ADMIN, b"", 0o600)
    cluster.connect()
    assert asked == [timedelta(seconds=60)]


def test_an_api_that_answers_slowly_is_asked_for_a_fifth_of_the_time_and_a_quick_one_as_often_as_ever(
    cluster: Cluster,
) -> None:
    clock = cluster.journal.clock
    assert looks(cluster, clock, seconds=0.8) <= 60 / (5 * 0.8)
    assert looks(cluster, clock, seconds=0.01) >= 45


def test_an_api_that_does_not_answer_is_asked_again_as_soon_as_ever(cluster: Cluster) -> None:
    silent = ApiError("The API does not answer: timed out")
    assert looks(cluster, cluster.journal.clock, seconds=0.8, error=silent) >= 25


def test_an_emulated_kube_proxy_is_installed_once_its_share_is_there(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(Node, "run", lambda _, argv: told.append(" ".join(argv)))
    monkeypatch.setattr(Cluster, "connect", lambda _: told.append("connect"))
    monkeypatch.setattr(Cluster, "apply", lambda _, objects: told.extend(one["kind"] for one in objects))
    cluster.traits = replace(cluster.traits, emulated=True)

    cluster._initialise()

    assert told[0].startswith("kubeadm init --config")
    assert told[0].endswith("--skip-phases=addon/kube-proxy")
    assert told[1:3] == ["connect", "LimitRange"]
    assert is_namespaced("LimitRange")
    assert told[3].startswith("kubeadm init phase addon kube-proxy --config")


def test_on_real_processors_kubeadm_installs_all_at_once(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(Node, "run", lambda _, argv: told.append(" ".join(argv)))
    monkeypatch.setattr(Cluster, "connect", lambda _: None)

    cluster._initialise()

    [init] = told
    assert "--skip-phases" not in init
