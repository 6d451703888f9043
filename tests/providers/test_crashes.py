"""Simulated containers that crash are started again by kubelet, or by nobody."""

from __future__ import annotations

from harness.facts.containers import CONTAINERS, Containers
from harness.facts.sandbox import POD_SANDBOXES
from tests.providers.test_cluster import Cluster, cluster

__all__ = ["cluster"]
HOLD = {"name": "errand", "image": "canary", "args": ["hold"]}


def job() -> dict[str, object]:
    # A bare init has no network for pods, so that nothing is scheduled on its only machine.
    pod = {"restartPolicy": "Never", "containers": [HOLD], "nodeName": "master1", "hostNetwork": True}
    metadata = {"name": "errand", "namespace": "default"}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": {"spec": pod}}}


def containers(cluster: Cluster) -> Containers:
    return CONTAINERS.parse(cluster.master.channel.run(CONTAINERS.argv))


def crash(cluster: Cluster, name: str) -> None:
    (short,) = (one.id for one in containers(cluster).items if one.name == name and one.is_running)
    whole = cluster.master.channel.run(["crictl", "inspect", short]).stdout.split('"')[5]
    kill = ["ctr", "--namespace", "k8s.io", "tasks", "kill", "--signal", "SIGKILL", whole]
    assert cluster.master.channel.run(kill).status == 0
    assert cluster.master.channel.run(kill).status == 1


def test_a_container_is_started_again_in_its_sandbox_though_no_api_answers(cluster: Cluster) -> None:
    before = {box.id for box in POD_SANDBOXES.parse(cluster.master.channel.run(POD_SANDBOXES.argv))}
    first = {one.name: one for one in containers(cluster).items}
    cluster.master.control_plane.go_dark()
    crash(cluster, "kube-proxy")
    cluster.clock.pause(2)
    again = {one.name: one for one in containers(cluster).items}["kube-proxy"]
    assert (again.is_running, again.attempt, again.pod) == (True, 1, first["kube-proxy"].pod)
    assert again.id != first["kube-proxy"].id
    assert {box.id for box in POD_SANDBOXES.parse(cluster.master.channel.run(POD_SANDBOXES.argv))} == before


def test_a_jobs_pod_that_failed_stays_down_and_is_followed_by_another_one_only_with_a_controller(
    cluster: Cluster,
) -> None:
    cluster.api.apply(job())
    cluster.clock.pause(20)
    assert containers(cluster).errand == ("running",)
    crash(cluster, "errand")
    assert containers(cluster).errand == ("running",), "the runtime has not heard of it yet"
    cluster.clock.pause(20)
    assert containers(cluster).errand == ("exited", "running")
    phases = sorted(pod["status"]["phase"] for pod in cluster.api.list("Pod", "default"))
    assert phases == ["Failed", "Running"]
