"""What the canaries ask of their machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.cluster import emulation
from harness.cluster.canary import bound, errand, manifests, newcomer
from harness.spec import parse_shape

_IMAGE = "canary:1"
_HOME = parse_shape("1").nodes[0]
_ALL = (*manifests(_IMAGE, _HOME), *bound(_IMAGE, _HOME), newcomer(_IMAGE, "newcomer"), errand(_IMAGE))


def _containers(told: Any) -> Iterator[dict[str, Any]]:
    if isinstance(told, dict):
        yield from told.get("containers", ())
        told = list(told.values())
    if isinstance(told, list):
        for one in told:
            yield from _containers(one)


_RUNNING = [one for one in _ALL if any(_containers(one))]


@pytest.mark.parametrize("manifest", _RUNNING, ids=lambda one: f"{one['kind']}-{one['metadata']['name']}")
def test_whatever_runs_asks_for_processor_or_it_starves_on_a_busy_machine(manifest: dict[str, Any]) -> None:
    for container in _containers(manifest):
        assert container["resources"]["requests"]["cpu"]


def test_all_canaries_fit_on_a_control_plane_of_two_processors() -> None:
    asked = [one["resources"]["requests"]["cpu"] for manifest in _ALL for one in _containers(manifest)]
    # kubeadm's four static pods, CoreDNS and flannel ask for 950 of the 2000; a rollout adds one. Under emulation
    # kube-proxy has a share, and so has whatever else is in its namespace, such as the pod of a backup.
    [limit] = emulation.SHARE["spec"]["limits"]
    share = int(limit["defaultRequest"]["cpu"].removesuffix("m"))
    assert len(asked) == 8
    assert 950 + sum(int(one.removesuffix("m")) for one in asked) + 100 + 2 * share <= 2000
