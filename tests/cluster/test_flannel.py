"""What the pods' network has to be, whoever restarts around it."""

from __future__ import annotations

import subprocess
import tempfile
from typing import Any

from harness.cluster import flannel
from harness.spec import ClusterSpec, parse_shape

SPEC = ClusterSpec(kubernetes="v1.34.4", endpoint=parse_shape("1").endpoint)


def _container(*, straight: bool = False) -> dict[str, Any]:
    daemon_set = list(flannel.manifests(SPEC, image="flannel", plugin_image="plugin", straight=straight))[-1]
    [container] = daemon_set["spec"]["template"]["spec"]["containers"]
    return dict(container)


def test_the_network_is_announced_by_the_container_that_makes_it_and_by_no_hook() -> None:
    container = _container()

    assert "lifecycle" not in container
    assert flannel.CNI_CONFIG in container["command"][2]


def test_a_flannel_that_finds_no_api_tries_again_without_kubelets_growing_pause() -> None:
    script = _container()["command"][2].replace("/run/flannel/subnet.env", "/etc/passwd")
    script = script.replace(flannel.CNI_CONFIG, "/dev/null").replace("/opt/bin/flanneld", "attempt")
    attempts = "attempt() { echo attempt; [ -e $0.tried ] || { : > $0.tried; return 1; }; }"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["sh", "-c", f"{attempts}; {script}", f"{folder}/flannel"], capture_output=True, timeout=10
        )

    assert done.stdout.split() == [b"attempt", b"attempt"]
    assert done.returncode == 0


def test_only_a_flannel_that_is_told_so_goes_past_kube_proxy() -> None:
    told = {one["name"]: one.get("value") for one in _container(straight=True)["env"]}
    assert (told["KUBERNETES_SERVICE_HOST"], told["KUBERNETES_SERVICE_PORT"]) == (str(SPEC.endpoint), "6443")
    assert not any(one["name"].startswith("KUBERNETES_SERVICE") for one in _container()["env"])
