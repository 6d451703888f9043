"""Good answers of machines for facts that the story of a passed drill does not tell."""

from __future__ import annotations

import json

from tests.facts.test_recorded_answers import RECORDED
from tests.verdict.answers import CA

_HEADER = {"cluster_id": 324952591200643719, "member_id": 3319814642761637952, "raft_term": 2, "revision": 1200}
_MOUNT = {"source": "/dev/loop3", "uuid": "5f1c1b2e-6b1e-4c0b-9b58-3a8f2f3a9b11", "fstype": "ext4", "target": "/x"}
_LINK = {"ifname": "eth0", "addr_info": [{"family": "inet", "local": "10.77.0.11", "prefixlen": 24}]}
_STATUS = {"header": _HEADER, "version": "3.6.5", "dbSize": 20480, "leader": 3319814642761637952, "raftTerm": 2}
_DAMAGED = (
    '2026-11-22T10:00:00.1Z stderr F {"level":"panic","msg":"failed to open database","error":"invalid database"}\n'
)
_NO_SPACE = '{"level":"warn","msg":"failed to write","error":"write wal: no space left on device"}\n'

#: Status, standard output and standard error, by the fact's name.
ANSWERS: dict[str, tuple[tuple[int, str, str], ...]] = {
    "boot-start": ((0, "@1795256473\n", ""),),
    "etcd-database": ((0, " ed0cdaed\n", ""), (0, " 00000000\n", "")),
    "etcd-database-log": ((0, _DAMAGED, ""), (0, "all is well\n", "find: gone")),
    "etcd-service-database-log": ((0, _DAMAGED, ""),),
    "etcd-disk-content": ((0, "DEVNAME=/dev/loop3\nUUID=5f1c1b2e-6b1e-4c0b-9b58-3a8f2f3a9b11\nTYPE=ext4\n", ""),),
    "etcd-disk-log": ((0, (RECORDED / "etcd-dead-disk.log").read_text(), ""),),
    "etcd-disk-write": ((0, "", ""), (1, "", "dd: fsync failed for 'x': Input/output error\n")),
    "etcd-hash-cluster": (
        (0, json.dumps([{"Endpoint": "https://10.77.0.11:2379", "HashKV": {"header": _HEADER, "hash": 7}}]), ""),
    ),
    "etcd-leader": ((0, json.dumps([{"Endpoint": "https://127.0.0.1:2379", "Status": _STATUS}]), ""),),
    "etcd-space-log": ((0, _NO_SPACE, ""),),
    "etcd-status-cluster": ((0, json.dumps([{"Endpoint": "https://10.77.0.11:2379", "Status": _STATUS}]), ""),),
    "etcd-unit": ((0, "{ path=/usr/bin/etcd ; argv[]=/usr/bin/etcd --data-dir=/var/lib/etcd ; pid=7 }\n", ""),),
    "hostname": ((0, "master1\n", ""),),
    "lab-addresses": ((0, json.dumps([_LINK, {}]), ""),),
    "snapshot-authorities": ((0, CA + "\x00" + CA, ""),),
    "snapshot-cluster": ((0, "0b7e7d2e-6b1e-4c0b-9b58-3a8f2f3a9b11\n" * 3, ""),),
    "snapshot-trial": ((0, "", "restored\n"), (1, "", "Error: snapshot file integrity check failed\n")),
    "volumes-disk": ((0, json.dumps({"filesystems": [_MOUNT]}), ""), (1, "", "")),
    "containers": tuple(
        (0, (RECORDED / name).read_text(), "") for name in ("containers.txt", "containers-cri-tools.txt")
    ),
}
