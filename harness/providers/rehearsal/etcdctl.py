"""etcdctl on a simulated machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from harness.errors import LabError
from harness.facts.fact import Output
from harness.providers.rehearsal.etcd import Etcd, Member, Peer
from harness.providers.rehearsal.sealing import value_in_etcd
from harness.providers.rehearsal.space import NO_SPACE

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_PATIENCE_SECONDS = 5.0
_SETTLING_SECONDS = 5.0


def etcdctl(machine: SimulatedMachine, argv: Sequence[str]) -> Output:
    """One question to the etcd of this machine."""
    asked = [word for word in argv if not word.startswith("--") and word not in ("-w", "json")]
    plane, member = machine.control_plane, machine.control_plane.member
    keys = [word.partition("=")[2] for word in argv if word.startswith(("--cacert=", "--cert=", "--key="))]
    # Anybody may tell what they have; that it is so still needs a majority.
    local = asked[:2] in (["endpoint", "status"], ["snapshot", "save"]) or "--consistency=s" in argv
    if member is None or any(machine.file(path) is None for path in keys) or not (local or plane.has_quorum):
        machine.world.clock.spend(_PATIENCE_SECONDS)
        return Output(status=1, stdout="", stderr="Error: context deadline exceeded\n")
    etcd = member.etcd
    others = [one.member for one in plane.together if one.member is not None]
    members = others if "--cluster" in argv else [member]
    match asked:
        case ["member", "list"]:
            listed = [_peer(machine, member_id, one) for member_id, one in etcd.peers.items()]
            return _answer({"header": _header(member), "members": listed})
        case ["endpoint", "status"]:
            leads = plane.leader
            leader = {"leader": leads.id} if leads is not None else {"errors": ["etcdserver: no leader"]}
            status = {"version": "3.6.5", "raftAppliedIndex": etcd.revision, "dbSize": etcd.space.size, **leader}
            return _answer(
                [{"Endpoint": _client(one), "Status": {"header": _header(one), **status}} for one in members]
            )
        case ["endpoint", "hashkv"]:
            hashed = {"hash": etcd.hash, "hash_revision": etcd.revision}
            return _answer(
                [{"Endpoint": _client(one), "HashKV": {"header": _header(one), **hashed}} for one in members]
            )
        case ["move-leader", number]:
            etcd.elect(int(number, 16), machine.world.clock.monotonic())
            return Output(status=0, stdout=f"Leadership transferred to {number}\n")
        case ["member", "add", _] if machine.world.clock.monotonic() < etcd.unsettled_until:
            return Output(status=1, stdout="", stderr="Error: etcdserver: unhealthy cluster\n")
        case ["member", "add", name]:
            url = next(word.partition("=")[2] for word in argv if word.startswith("--peer-urls="))
            made = etcd.join(machine.world.random.getrandbits(62), "", url)
            made.peer.learns = "--learner" in argv
            return Output(status=0, stdout=f"Member {made.id:16x} added to cluster as {name}\n")
        case ["member", "remove", number]:
            if etcd.peers.pop(int(number, 16), None) is None:
                return Output(status=1, stdout="", stderr="Error: etcdserver: member not found\n")
            return Output(status=0, stdout=f"Member {number} removed from cluster {etcd.cluster_id:16x}\n")
        case ["member", "promote", number]:
            if not any(one.id == int(number, 16) for one in others):
                words = "etcdserver: can only promote a learner member which is in sync with leader"
                return Output(status=1, stdout="", stderr=f"Error: {words}\n")
            etcd.peers[int(number, 16)].learns = False
            etcd.unsettled_until = machine.world.clock.monotonic() + _SETTLING_SECONDS
            return Output(status=0, stdout=f"Member {number} promoted\n")
        case ["alarm", "list"]:
            raised = [{"memberID": member.id, "alarm": 1}] if etcd.space.is_full else []
            return _answer({"header": _header(member), "alarms": raised})
        case ["get", key] if "--keys-only" in argv:
            told = {"header": {**_header(member), "revision": plane.solitude.known_revision}}
            return _answer({**told, **({"kvs": [{"key": key}]} if _holds(etcd, key) else {})})
        case ["get", key]:
            _, _, kind, namespace, name = key.split("/")
            found = etcd.find({"secrets": "Secret"}[kind], name, namespace)
            return _answer({"header": _header(member), **({"kvs": [{"value": value_in_etcd(found)}]} if found else {})})
        case ["put", _, _] if etcd.space.is_full:
            return Output(status=1, stdout="", stderr=f"Error: {NO_SPACE}\n")
        case ["put", key, _]:
            etcd.loose.add(key)
            return Output(status=0, stdout="OK\n")
        case ["compact", _]:
            etcd.compact()
            return Output(status=0, stdout=f"compacted revision {etcd.revision}\n")
        case ["defrag"]:
            etcd.space.defragment()
            return Output(status=0, stdout=f"Finished defragmenting etcd member[{_client(member)}]\n")
        case ["alarm", "disarm"]:
            etcd.space.is_full = False
            return Output(status=0, stdout=f"memberID:{member.id} alarm:NOSPACE\n")
        case ["snapshot", "save", path]:
            machine.write(path, etcd.snapshot(), 0o600)
            return Output(status=0, stdout=f"Snapshot saved at {path}\n")
    raise LabError(f"The rehearsal knows no 'etcdctl {' '.join(asked)}'")


def _holds(etcd: Etcd, key: str) -> bool:
    words = key.strip("/").split("/")
    kind = {"namespaces": "Namespace", "configmaps": "ConfigMap"}.get(words[1]) if words[0] == "registry" else None
    if kind is None:
        return key in etcd.loose
    return etcd.find(kind, words[-1], words[2] if len(words) > 3 else None) is not None


def _header(member: Member) -> dict[str, int]:
    etcd = member.etcd
    told = {"cluster_id": etcd.cluster_id, "member_id": member.id, "revision": etcd.revision}
    return {**told, "raft_term": etcd.term}


def _peer(machine: SimulatedMachine, member_id: int, peer: Peer) -> dict[str, Any]:
    own = peer.url.replace(":2380", ":2379") if "localhost" not in peer.url else f"https://{machine.spec.ip}:2379"
    return {"ID": member_id, "name": peer.name, "peerURLs": [peer.url], "clientURLs": [own], "isLearner": peer.learns}


def _client(member: Member) -> str:
    return member.peer.url.replace(":2380", ":2379")


def _answer(value: Any) -> Output:
    return Output(status=0, stdout=json.dumps(value) + "\n")
