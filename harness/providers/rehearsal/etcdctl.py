"""etcdctl on a simulated machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from harness.errors import LabError
from harness.facts.fact import Output
from harness.providers.rehearsal.sealing import value_in_etcd

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_PATIENCE_SECONDS = 5.0


def etcdctl(machine: SimulatedMachine, argv: Sequence[str]) -> Output:
    """One question to the etcd of this machine."""
    asked = [word for word in argv if not word.startswith("--") and word not in ("-w", "json")]
    etcd = machine.control_plane.etcd
    keys = [word.partition("=")[2] for word in argv if word.startswith(("--cacert=", "--cert=", "--key="))]
    if etcd is None or any(machine.file(path) is None for path in keys):
        machine.world.clock.spend(_PATIENCE_SECONDS)
        return Output(status=1, stdout="", stderr="Error: context deadline exceeded\n")
    client = f"https://{machine.spec.ip}:2379" if "--cluster" in argv else "https://127.0.0.1:2379"
    header = {"cluster_id": etcd.cluster_id, "member_id": etcd.member_id, "revision": etcd.revision}
    header["raft_term"] = etcd.term
    match asked:
        case ["member", "list"]:
            urls = {"peerURLs": [etcd.peer_url], "clientURLs": [f"https://{machine.spec.ip}:2379"]}
            return _answer({"header": header, "members": [{"ID": etcd.member_id, "name": etcd.name, **urls}]})
        case ["endpoint", "status"]:
            status = {"header": header, "version": "3.6.5", "leader": etcd.member_id, "raftAppliedIndex": etcd.revision}
            return _answer([{"Endpoint": client, "Status": status}])
        case ["endpoint", "hashkv"]:
            hashed = {"header": header, "hash": etcd.hash, "hash_revision": etcd.revision}
            return _answer([{"Endpoint": client, "HashKV": hashed}])
        case ["alarm", "list"]:
            return _answer({"header": header})
        case ["get", key]:
            _, _, kind, namespace, name = key.split("/")
            found = etcd.find({"secrets": "Secret"}[kind], name, namespace)
            return _answer({"header": header, **({"kvs": [{"value": value_in_etcd(found)}]} if found else {})})
        case ["snapshot", "save", path]:
            machine.write(path, etcd.snapshot(), 0o600)
            return Output(status=0, stdout=f"Snapshot saved at {path}\n")
    raise LabError(f"The rehearsal knows no 'etcdctl {' '.join(asked)}'")


def _answer(value: Any) -> Output:
    return Output(status=0, stdout=json.dumps(value) + "\n")
