"""The workloads whose survival is watched: small, real, and of every sort that a restore treats differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.cluster.kubeadm import CONTROL_PLANE_TAINT
from harness.facts.containers import ERRAND, SHELL_IMAGE
from harness.spec import DataDisk, NodeSpec

NAMESPACE = "drill"
SEED_NAMESPACE = "test-ns"
SEED_POD = "test-pod"
PORT = 8080
#: Another one than the ledger's: until a controller-manager leads again, the Service still leads to the address that
#: the ledger's pod had before, and after a swap of the OS disk another pod may have got it.
KEEPER_PORT = 8090
NODE_PORT = 30080
CANARY = "canary"
#: It has to survive, and never to show up in a report.
SECRET = "canary-secret-7f0c2a91d4"
_CLAIMS = ("ledger", "keeper")
#: Has its volume on a control plane.
BOUND = "bound"
_SIZE = {"storage": "64Mi"}
#: Seconds that a pod gets to end.
_GRACE = 1
#: A pod that asks for no processor gets what all others leave: on an emulated machine whose control plane is busy,
#: `runc create` took 16 to 26 s for such pods after each boot, and the last one began 23 s later than with this.
_ASKED = {"requests": {"cpu": "50m"}}


def manifests(image: str, carrier: NodeSpec, *, several: bool = False) -> Iterator[dict[str, Any]]:
    """All canaries; `carrier` is the machine whose `volumes` disk they write to, and where several could all are."""
    # Volumes long before their claims: a claim that the binder sees first waits 15 s for its next round.
    for claim in _CLAIMS:
        yield _volume(claim, carrier)
    yield _namespace(SEED_NAMESPACE)
    yield _namespace(NAMESPACE)
    yield {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": SEED_POD, "namespace": SEED_NAMESPACE, "labels": {"run": SEED_POD}},
        "spec": {
            **(_at(carrier) if several else {}),
            "terminationGracePeriodSeconds": _GRACE,
            "containers": [{"name": SEED_POD, "image": SHELL_IMAGE, "imagePullPolicy": "Never", "resources": _ASKED}],
        },
    }
    for claim in _CLAIMS:
        yield _claim(claim)
    yield {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "canary", "namespace": NAMESPACE},
        "stringData": {"value": SECRET},
    }
    yield _deployment(image, "ledger", PORT)
    yield roller(image, generation="1")
    yield _service()
    yield _stateful_set(image)
    yield _cron_job(image)


def bound(image: str, home: NodeSpec) -> Iterator[dict[str, Any]]:
    """A workload that can run on one control plane alone, as its volume is there; told so by the Node's name."""
    yield _volume(BOUND, home)
    yield _claim(BOUND)
    yield _deployment(image, BOUND, KEEPER_PORT, tolerations=[{"key": CONTROL_PLANE_TAINT, "operator": "Exists"}])


def _container(image: str, work: str) -> dict[str, Any]:
    return {"name": CANARY, "image": image, "imagePullPolicy": "Never", "args": [work], "resources": _ASKED}


def _at(carrier: NodeSpec) -> dict[str, Any]:
    """Bound to its machine: what happens to another worker is not to touch it."""
    return {"nodeSelector": {"kubernetes.io/hostname": carrier.name}}


def _namespace(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _volume(name: str, carrier: NodeSpec) -> dict[str, Any]:
    on_carrier = {"key": "kubernetes.io/hostname", "operator": "In", "values": [carrier.name]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {
            "capacity": _SIZE,
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "volumes-disk",
            "persistentVolumeReclaimPolicy": "Retain",
            "claimRef": {"namespace": NAMESPACE, "name": name},
            "hostPath": {"path": f"{DataDisk.VOLUMES.mount_point}/{name}", "type": "DirectoryOrCreate"},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [on_carrier]}]}},
        },
    }


def _claim(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "volumes-disk",
            "volumeName": name,
            "resources": {"requests": _SIZE},
        },
    }


def _pod(image: str, claim: str, port: int) -> dict[str, Any]:
    return {
        "terminationGracePeriodSeconds": _GRACE,
        "containers": [
            {
                **_container(image, "serve"),
                "env": [{"name": "PORT", "value": str(port)}],
                "ports": [{"containerPort": port}],
                "readinessProbe": {"httpGet": {"path": "/", "port": port}, "periodSeconds": 1, "timeoutSeconds": 5},
                "volumeMounts": [{"name": "data", "mountPath": "/data"}],
            }
        ],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": claim}}],
    }


def _deployment(image: str, name: str, port: int, **spec: Any) -> dict[str, Any]:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "replicas": 1,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {**_pod(image, name, port), **spec}},
        },
    }


def roller(image: str, *, generation: str) -> dict[str, Any]:
    """A Deployment with nothing to lose, on which a rollout can be tried; each generation is another rollout."""
    labels = {"app": "roller"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "roller", "namespace": NAMESPACE},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels, "annotations": {"kubedrill.dev/generation": generation}},
                "spec": {"terminationGracePeriodSeconds": _GRACE, "containers": [_container(image, "hold")]},
            },
        },
    }


def newcomer(image: str, name: str, **spec: Any) -> dict[str, Any]:
    """A pod that has yet to be scheduled; it ends well if it can talk to the API with its own new token."""
    once = {"restartPolicy": "Never", "terminationGracePeriodSeconds": _GRACE}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {**once, "containers": [_container(image, "api")], **spec},
    }


def errand(image: str) -> dict[str, Any]:
    """A Job whose pod kubelet never starts again: once it has ended, only a controller can make another."""
    container = {**_container(image, "hold"), "name": ERRAND}
    pod = {"restartPolicy": "Never", "terminationGracePeriodSeconds": _GRACE, "containers": [container]}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": ERRAND, "namespace": NAMESPACE},
        "spec": {"template": {"spec": pod}},
    }


def privileged(image: str) -> dict[str, Any]:
    """A pod that has all rights on its machine; it asks for a machine that does not exist, so it never runs."""
    container = {"name": CANARY, "image": image, "securityContext": {"privileged": True}}
    return newcomer(image, "privileged", containers=[container], nodeSelector={"kubedrill.dev/nowhere": "true"})


def _service() -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "ledger", "namespace": NAMESPACE},
        "spec": {
            "type": "NodePort",
            "selector": {"app": "ledger"},
            "ports": [{"name": "http", "port": 80, "targetPort": PORT, "nodePort": NODE_PORT}],
        },
    }


def _stateful_set(image: str) -> dict[str, Any]:
    labels = {"app": "keeper"}
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "keeper", "namespace": NAMESPACE},
        "spec": {
            "serviceName": "keeper",
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": _pod(image, "keeper", KEEPER_PORT)},
        },
    }


def _cron_job(image: str) -> dict[str, Any]:
    pod = {
        "restartPolicy": "Never",
        "containers": [{**_container(image, "tick"), "volumeMounts": [{"name": "data", "mountPath": "/data"}]}],
        "volumes": [{"name": "data", "emptyDir": {}}],
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "tick", "namespace": NAMESPACE},
        "spec": {
            "schedule": "*/2 * * * *",
            "successfulJobsHistoryLimit": 1,
            "jobTemplate": {"spec": {"template": {"spec": pod}}},
        },
    }
