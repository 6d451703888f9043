"""What the pods' network has to be, whoever restarts around it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

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
    script = script.replace("/etc/kube-flannel/cni-conf.json", "/dev/null")
    attempts = "attempt() { echo attempt; [ -e $0.tried ] || { : > $0.tried; return 1; }; }"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["sh", "-c", f"{attempts}; {script}", f"{folder}/flannel"], capture_output=True, timeout=10
        )

    assert done.stdout.split() == [b"attempt", b"attempt"]
    assert done.returncode == 0


def test_the_subnet_outlives_a_boot_so_that_pods_need_not_wait_for_flannel() -> None:
    objects = list(flannel.manifests(SPEC, image="flannel", plugin_image="plugin"))
    [plugin, _] = json.loads(objects[-2]["data"]["cni-conf.json"])["plugins"]
    volumes = {
        one["name"]: one.get("hostPath", {}).get("path") for one in objects[-1]["spec"]["template"]["spec"]["volumes"]
    }
    [written] = (one["name"] for one in _container()["volumeMounts"] if one["mountPath"] == "/run/flannel")

    assert plugin["subnetFile"] == f"{volumes[written]}/subnet.env"
    assert not plugin["subnetFile"].startswith("/run/")


@pytest.mark.parametrize(("there", "written"), [(None, True), ("{}\n", True), ('{"name": "cbr0"}\n', False)])
def test_only_another_announcement_than_the_last_is_written(
    tmp_path: Path, there: str | None, *, written: bool
) -> None:
    source, config = tmp_path / "source", tmp_path / "config"
    source.write_text('{"name": "cbr0"}\n')
    if there is not None:
        config.write_text(there)
        os.utime(config, (1, 1))
    script = _container()["command"][2].replace("/run/flannel/subnet.env", "/etc/passwd")
    script = script.replace(flannel.CNI_CONFIG, str(config)).replace("/etc/kube-flannel/cni-conf.json", str(source))

    subprocess.run(["sh", "-c", script.replace("/opt/bin/flanneld", "true") + "; wait"], check=True, timeout=10)

    assert config.read_text() == source.read_text()
    assert (config.stat().st_mtime > 1) is written


def test_only_a_flannel_that_is_told_so_goes_past_kube_proxy() -> None:
    told = {one["name"]: one.get("value") for one in _container(straight=True)["env"]}
    assert (told["KUBERNETES_SERVICE_HOST"], told["KUBERNETES_SERVICE_PORT"]) == (str(SPEC.endpoint), "6443")
    assert not any(one["name"].startswith("KUBERNETES_SERVICE") for one in _container()["env"])
