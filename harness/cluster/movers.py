"""Workloads of one machine that go, or do not go, to another one when theirs is emptied or lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.cluster.canary import CANARY, PORT
from harness.facts.movers import NAMESPACE, Mover

#: What Kubernetes adds to each pod by itself is 300 s; `--pod-eviction-timeout`, which once said it for all, is gone.
DELAY_SECONDS = 10
#: For how long a pod that ends still answers: who routes to it hears of its end within it.
_FAREWELL_SECONDS = 5
_GRACE_SECONDS = 15
NODE_PORTS = {Mover.PAIR: 30081, Mover.LONE: 30082}
_AWAY = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def manifests(image: str, home: str) -> Iterator[dict[str, Any]]:
    """All of them, at home on one machine; one of the pair is elsewhere from the beginning."""
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    yield pair(image, home)
    yield budget()
    yield lone(image, home)
    yield _owner("StatefulSet", Mover.ROOTED, _serving(image, Mover.ROOTED, home), serviceName=Mover.ROOTED)
    for name, port in NODE_PORTS.items():
        yield _service(name, port)
    yield _stray(image, home)


def pair(image: str, home: str, *, careful: bool = True) -> dict[str, Any]:
    """Two replicas that keep away from each other and answer while they end; a careless pair is one, and does not."""
    pod = _serving(image, Mover.PAIR, home)
    if careful:
        apart = {"labelSelector": {"matchLabels": _labels(Mover.PAIR)}, "topologyKey": "kubernetes.io/hostname"}
        pod["affinity"] = {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": apart}]
            }
        }
        pod["containers"][0]["lifecycle"] = {"preStop": {"sleep": {"seconds": _FAREWELL_SECONDS}}}
    return _owner("Deployment", Mover.PAIR, pod, replicas=2 if careful else 1)


def lone(image: str, home: str, *, patient: bool = False) -> dict[str, Any]:
    """One replica; a patient one says nothing of how long it waits for a machine that is silent."""
    pod = _serving(image, Mover.LONE, home)
    if patient:
        del pod["tolerations"]
    return _owner("Deployment", Mover.LONE, pod)


def budget() -> dict[str, Any]:
    """One of the pair is always there."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": Mover.PAIR, "namespace": NAMESPACE},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": _labels(Mover.PAIR)}},
    }


def _labels(name: Mover) -> dict[str, str]:
    return {"app": name}


def _owner(kind: str, name: Mover, pod: dict[str, Any], *, replicas: int = 1, **spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": _labels(name)}, "spec": pod}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"replicas": replicas, "selector": {"matchLabels": _labels(name)}, "template": template, **spec},
    }


def _serving(image: str, name: Mover, home: str) -> dict[str, Any]:
    container: dict[str, Any] = {"name": CANARY, "image": image, "imagePullPolicy": "Never", "args": ["serve"]}
    if name in NODE_PORTS:
        ready = {"httpGet": {"path": "/", "port": PORT}, "periodSeconds": 1, "timeoutSeconds": 5}
        container |= {"ports": [{"containerPort": PORT}], "readinessProbe": ready}
    return {**_placed(home), "terminationGracePeriodSeconds": _GRACE_SECONDS, "containers": [container]}


def _placed(home: str) -> dict[str, Any]:
    at_home = {"key": "kubernetes.io/hostname", "operator": "In", "values": [home]}
    preferred = {"weight": 50, "preference": {"matchExpressions": [at_home]}}
    patient = {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": DELAY_SECONDS}
    return {
        "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [preferred]}},
        "tolerations": [{"key": key, **patient} for key in _AWAY],
    }


def _stray(image: str, home: str) -> dict[str, Any]:
    """A pod that belongs to nobody, with bytes of its own on its machine."""
    data = [{"name": "data", "mountPath": "/data"}]
    canary = {"image": image, "imagePullPolicy": "Never"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": Mover.STRAY, "namespace": NAMESPACE, "labels": _labels(Mover.STRAY)},
        "spec": {
            **_placed(home),
            "terminationGracePeriodSeconds": 1,
            "initContainers": [{"name": "tick", "args": ["tick"], "volumeMounts": data, **canary}],
            "containers": [{"name": CANARY, "args": ["hold"], "volumeMounts": data, **canary}],
            "volumes": [{"name": "data", "emptyDir": {}}],
        },
    }


def _service(name: Mover, port: int) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "type": "NodePort",
            "selector": _labels(name),
            "ports": [{"name": "http", "port": 80, "targetPort": PORT, "nodePort": port}],
        },
    }
