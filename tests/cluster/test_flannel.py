"""What the pods' network has to be, whoever restarts around it."""

from __future__ import annotations

from harness.cluster import flannel
from harness.spec import ClusterSpec, parse_shape


def test_the_network_is_announced_by_the_container_that_makes_it_and_by_no_hook() -> None:
    spec = ClusterSpec(kubernetes="v1.34.4", endpoint=parse_shape("1").endpoint)
    daemon_set = list(flannel.manifests(spec, image="flannel", plugin_image="plugin"))[-1]
    [container] = daemon_set["spec"]["template"]["spec"]["containers"]

    assert "lifecycle" not in container
    assert flannel.CNI_CONFIG in container["command"][2]
    assert container["command"][2].endswith('& exec /opt/bin/flanneld "$@"')
