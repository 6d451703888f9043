"""kubectl on a simulated control plane, as far as drills use it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from harness.errors import LabError
from harness.facts.fact import Output
from harness.providers.rehearsal.api import connect
from harness.providers.rehearsal.certificates import Certificates
from harness.providers.rehearsal.controllers import is_ready
from harness.providers.rehearsal.etcd import Item
from harness.providers.rehearsal.eviction import drain, uncordon
from harness.providers.rehearsal.own_objects import PKI
from harness.providers.rehearsal.pki import sign_token
from harness.providers.rehearsal.server import ObjectStore
from harness.providers.seam import ApiError

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_ADMIN = "/etc/kubernetes/admin.conf"
_API_ADDRESS = "10.96.0.1"
#: The namespace controller goes over all kinds twice, and waits for pods to end.
_DELETING_SECONDS = 7.0
#: How long etcd lets a write wait for a leader.
_ETCD_SECONDS = 7.0


def kubectl(machine: SimulatedMachine, argv: Sequence[str]) -> Output:
    """One command, with the administrator's credentials of the machine."""
    admin = machine.read(_ADMIN)
    if admin is None:
        return _failed(f"error: stat {_ADMIN}: no such file or directory")
    if list(argv) == ["get", "--raw", "/livez"] and (told := Certificates(machine).strange_address()):
        return _failed(f"Unable to connect to the server: {told}")
    server, argv = argv[0].removeprefix("--server=") if argv[0].startswith("--server=") else "", list(argv)
    if machine.is_isolated and server:
        machine.world.clock.spend(_ETCD_SECONDS)
        return _failed("Error from server: etcdserver: request timed out")
    try:
        store = connect(machine.world, admin.decode(), server, machine).store
    except ApiError as error:
        return _failed(f"error: {error}")
    assert store is not None
    match argv[1:] if server else argv:
        case ["taint", "nodes", target, removed] if removed.endswith("-"):
            return _untaint(store, target, removed)
        case ["get", "--raw", "/readyz"]:
            return Output(status=0, stdout="ok")
        case ["create", "token", account, "--namespace", namespace, *_]:
            token = sign_token(f"{namespace}:{account}", machine.read(f"{PKI}/sa.key") or b"")
            return Output(status=0, stdout=f"{token}\n")
        case ["get", "--raw", "/apis/batch/v1beta1"]:
            return _failed("Error from server (NotFound): the server could not find the requested resource")
        case ["get", "nodes", "--selector=node-role.kubernetes.io/master", "--output=name"]:
            return Output(status=0, stdout="")
        case ["get", "namespaces", "--output=name"]:
            names = (one["metadata"]["name"] for one in store.etcd.of_kind("Namespace"))
            return Output(status=0, stdout="".join(f"namespace/{name}\n" for name in names))
        case ["get", "secret", name, "--namespace=kube-system", "--ignore-not-found", _]:
            found = store.etcd.find("Secret", name, "kube-system")
            owners = found["metadata"].get("ownerReferences", []) if found else []
            return Output(status=0, stdout=owners[0]["name"] if owners else "")
        case ["get", "pods", "--namespace=kube-system", "--selector=tier=control-plane", "--output=json"]:
            pods = store.etcd.of_kind("Pod", "kube-system")
            chosen = [one for one in pods if one["metadata"].get("labels", {}).get("tier") == "control-plane"]
            return Output(status=0, stdout=json.dumps({"items": chosen}))
        case [_, "create", "configmap", name, "--namespace=default"]:
            store.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}})
            return Output(status=0, stdout=f"configmap/{name} created\n")
        case ["drain", name, *flags]:
            return drain(machine, store, name, flags)
        case ["uncordon", name]:
            return uncordon(store, name)
        case ["delete", "pods", "--namespace=kube-system", selector, fields, "--wait=false"]:
            return _delete_pods(store, selector.partition("=")[2], fields.rpartition("=")[2])
        case ["delete", "pods", "--all-namespaces", fields, "--force", "--ignore-not-found"]:
            return _bury_pods(store, fields.rpartition("=")[2])
        case ["get", "persistentvolumes", "--output=json"]:
            return Output(status=0, stdout=json.dumps({"items": store.etcd.of_kind("PersistentVolume")}))
        case ["delete", "persistentvolume", name, "--wait=false"]:
            store.need("PersistentVolume", name)
            return Output(status=0, stdout=f'persistentvolume "{name}" deleted\n')
        case ["patch", "persistentvolume", name, '--patch={"metadata":{"finalizers":null}}']:
            # The finalizer is all that kept it: its deletion was asked for before.
            store.etcd.remove(store.need("PersistentVolume", name))
            return Output(status=0, stdout=f"persistentvolume/{name} patched\n")
        case ["create", file] if file.startswith("--filename="):
            made = store.apply(json.loads(machine.read(file.removeprefix("--filename=")) or b""))
            return Output(status=0, stdout=f"{made['kind'].lower()}/{made['metadata']['name']} created\n")
        case ["delete", "node", *names]:
            return _delete_nodes(store, names)
        case ["delete", "pod", name, namespace, "--force", "--grace-period=0"]:
            store.etcd.remove(store.need("Pod", name, namespace.removeprefix("--namespace=")))
            return Output(status=0, stdout=f'pod "{name}" force deleted\n')
        case ["delete", "namespace", name]:
            return _delete_namespace(machine, store, name)
        case ["get", "--raw", path] if path == f"/api/v1/nodes/{machine.spec.called}/proxy/configz":
            return Output(status=0, stdout=json.dumps({"kubeletconfig": machine.kubelet.settings}) + "\n")
        case ["exec", "--namespace", namespace, target, "--", "/canary", "resolve", _]:
            return _resolve(store, namespace, target)
    raise LabError(f"The rehearsal knows no 'kubectl {' '.join(argv)}'")


def _delete_namespace(machine: SimulatedMachine, store: ObjectStore, name: str) -> Output:
    found = store.etcd.find("Namespace", name)
    if found is None:
        return _failed(f'Error from server (NotFound): namespaces "{name}" not found')
    machine.world.clock.spend(_DELETING_SECONDS)
    for item in store.etcd.inside(name):
        store.etcd.remove(item)
    store.etcd.remove(found)
    return Output(status=0, stdout=f'namespace "{name}" deleted\n')


def _delete_pods(store: ObjectStore, selector: str, machine: str) -> Output:
    key, _, value = selector.partition("=")
    pods = store.etcd.of_kind("Pod", "kube-system")
    here = (one for one in pods if one["spec"].get("nodeName") == machine)
    chosen = [one for one in here if one["metadata"].get("labels", {}).get(key) == value]
    for pod in chosen:
        store.etcd.remove(pod)
    return Output(status=0, stdout="".join(f'pod "{one["metadata"]["name"]}" deleted\n' for one in chosen))


def _bury_pods(store: ObjectStore, machine: str) -> Output:
    chosen = [one for one in store.etcd.of_kind("Pod") if one["spec"].get("nodeName") == machine]
    for pod in chosen:
        store.etcd.remove(pod)
    return Output(status=0, stdout="".join(f'pod "{one["metadata"]["name"]}" force deleted\n' for one in chosen))


def _delete_nodes(store: ObjectStore, names: Sequence[str]) -> Output:
    for name in names:
        store.etcd.remove(store.need("Node", name))
    return Output(status=0, stdout="".join(f'node "{name}" deleted\n' for name in names))


def _untaint(store: ObjectStore, target: str, removed: str) -> Output:
    key, _, effect = removed.removesuffix("-").partition(":")
    nodes = store.etcd.of_kind("Node") if target == "--all" else [store.need("Node", target)]
    said, missed = "", ""
    for node in nodes:
        taints = node["spec"].get("taints", [])
        kept = [taint for taint in taints if taint["key"] != key or effect not in ("", taint["effect"])]
        if len(kept) == len(taints):
            missed += f'error: taint "{removed.removesuffix("-")}" not found\n'
        else:
            store.set_spec(node, taints=kept or None)
            said += f"node/{node['metadata']['name']} untainted\n"
    return Output(status=0 if said else 1, stdout=said, stderr="" if said else missed)


def _resolve(store: ObjectStore, namespace: str, target: str) -> Output:
    name = target.removeprefix("deployment/")
    asking = [pod for pod in store.etcd.of_kind("Pod", namespace) if _is_of(pod, name) and is_ready(pod)]
    if not asking:
        return _failed(f"error: timed out waiting for a pod of {target}")
    answering = [pod for pod in store.etcd.of_kind("Pod", "kube-system") if _is_of(pod, "coredns") and is_ready(pod)]
    if not answering:
        return _failed("lookup kubernetes.default.svc.cluster.local: i/o timeout")
    return Output(status=0, stdout=f"{_API_ADDRESS}\n")


def _is_of(pod: Item, deployment: str) -> bool:
    return bool(pod["metadata"]["name"].startswith(f"{deployment}-"))


def _failed(words: str) -> Output:
    return Output(status=1, stdout="", stderr=f"{words}\n")
