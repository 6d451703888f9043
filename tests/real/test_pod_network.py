"""A network for pods that comes as a manifest, with its images as an archive."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.cluster import flannel, kubeadm
from harness.cluster.cluster import Images
from harness.ownership import new_run_id
from harness.providers.container import ContainerProvider
from harness.spec import ClusterSpec, parse_shape
from tests.real.running import KUBEDRILL, report

pytestmark = pytest.mark.real
FLANNEL, PLUGIN = "registry.example/flannel:1", "registry.example/flannel-cni:1"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose network is not preloaded under the names that its manifest has."""
    shape = parse_shape("1")
    spec = ClusterSpec(kubernetes="v1.34.0", endpoint=shape.endpoint)
    manifests = list(flannel.manifests(spec, image=FLANNEL, plugin_image=PLUGIN))
    (tmp_path / "network.yaml").write_text(kubeadm.to_yaml(*manifests))
    lab = ContainerProvider().lab(shape, kubernetes="v1.34", run=new_run_id(datetime.now(UTC)), folder=tmp_path)
    with lab as lab:
        machine = lab.machines["master1"]
        machine.power_on()
        ctr = ["ctr", "--namespace", "k8s.io", "images"]
        for known, name in ((Images().flannel, FLANNEL), (Images().flannel_plugin, PLUGIN)):
            assert machine.channel.run([*ctr, "tag", known, name]).status == 0
        assert machine.channel.run([*ctr, "export", "/root/images.tar", FLANNEL, PLUGIN]).status == 0
        (tmp_path / "images.tar").write_bytes(machine.channel.get("/root/images.tar"))
    (tmp_path / "kubedrill.toml").write_text('[pods]\nmanifest = "network.yaml"\nimages = ["images.tar"]\n')
    return tmp_path


def test_the_drill_passes_with_a_network_from_a_manifest(project: Path) -> None:
    argv = [KUBEDRILL, "run", "os-disk-swap", "--provider", "container", "--reports", project / "reports"]
    done = subprocess.run(argv, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert report(project / "reports", "os-disk-swap")["verdict"] == "passed"
