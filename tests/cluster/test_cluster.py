"""What the cluster asks of the lab that it stands in."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.cluster.cluster import ADMIN, Cluster
from harness.cluster.kubeadm import HostTraits
from harness.journal.writer import Journal
from harness.providers.rehearsal import RehearsalProvider
from harness.providers.rehearsal.network import SimulatedNetwork
from harness.spec import ClusterSpec, parse_shape


def test_requests_of_a_slow_lab_get_more_time_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[timedelta] = []
    monkeypatch.setattr(SimulatedNetwork, "api", lambda _, __, *, patience: asked.append(patience))
    shape, provider = parse_shape("1"), RehearsalProvider()
    with (
        closing(Journal(tmp_path / "journal.jsonl", provider.clock)) as journal,
        provider.lab(shape, kubernetes="v1.34.4", run="test", folder=tmp_path) as lab,
    ):
        lab.machines["master1"].power_on()
        lab.machines["master1"].channel.put(ADMIN, b"", 0o600)
        spec = ClusterSpec(kubernetes=lab.kubernetes, endpoint=shape.endpoint)
        Cluster(spec, replace(lab, pace=6.0), journal, HostTraits(cgroup_v1=False, shared_kernel=False)).connect()

    assert asked == [timedelta(seconds=60)]
