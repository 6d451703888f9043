"""Ways to spoil the checks of a network that is parted."""

from __future__ import annotations

import json
from dataclasses import replace

from harness.facts import Moment
from harness.journal import Event, History, Kind
from tests.verdict import answers
from tests.verdict.edits import edited, inserted, is_fact, renumbered
from tests.verdict.sides import TIMED_OUT, read, status
from tests.verdict.spoils import Break, Idle, Spoil, other
from tests.verdict.spoilt.succession import recovered_late

_P = Moment.PARTED
_KEPT = {"header": {"cluster_id": 7}, "kvs": [{"key": "a3ViZWRyaWxs"}], "count": 1}
_SECOND_LEASE = {"holder": "master2", "number": 1, "of": "u-other"}
_ELSEWHERE = {"holder": "master2", "number": 1, "of": "u-lease"}
_HELD = {"holder": "master1", "number": 1, "of": "u-lease"}
_FOREIGN = {"header": {"cluster_id": 9}, "members": [answers.member("master2", "https://10.77.0.12:2380")]}


def _answering(fact: str, subject: str, stdout: str, **more: object) -> Spoil:
    """Another answer of one machine, where several were asked the same."""
    return lambda history: edited(history, lambda e: is_fact(e, fact, subject, _P), stdout=stdout, **more)


def _taken(fact: str) -> Spoil:
    return _answering(fact, "master1", "OK", status=0, stderr="")


def _elected_late(history: History) -> History:
    def is_led(event: Event) -> bool:
        return is_fact(event, "etcd-status", "master1", Moment.LED)

    return renumbered([replace(one, mono=one.mono - 9) if is_led(one) else one for one in history.events])


def _helped(history: History) -> History:
    def is_end(event: Event) -> bool:
        return event.kind is Kind.RECOVERY and event.data["state"] == "end"

    return inserted(history, is_end, Kind.COMMAND, node="spare1", argv=["systemctl", "restart", "kubelet"], status=0)


BROKEN: list[Break] = [
    ("majority-elected", other("etcd-status", status(0, 3), Moment.FAULTED), ("'master2' follows no leader",)),
    ("majority-elected", other("etcd-status", status(7, 3), Moment.FAULTED), ("still follows 'master1'",)),
    ("majority-elected", other("etcd-status", status(8, 2), Moment.FAULTED), ("nobody was elected",)),
    ("majority-elected", other("etcd-status", status(8, 3, cluster=9), Moment.FAULTED), ("another cluster",)),
    ("majority-elected", _elected_late, ("until another member led", "5.0 s may")),
    (
        "elected-by-all",
        other("reach", "", Moment.FAULTED, status=1, stderr="E connect: Connection timed out"),
        ("though nothing could pass from 'master1': most are enough",),
    ),
    ("majority-served", other("operations", {"write": {"ok": False, "saw": "refused"}}, _P), ("'write' did not go",)),
    (
        "majority-served",
        _answering("etcd-read", "master2", "", status=1, stderr=TIMED_OUT),
        ("'master2' refused a read: Error: context deadline exceeded",),
    ),
    ("minority-refused", _taken("etcd-parted-write"), ("a write to etcd went through on 'master1'",)),
    ("minority-refused", _taken("api-parted-write"), ("a write to its API server went through on 'master1'",)),
    (
        "minority-refused",
        _answering("etcd-read", "master1", json.dumps(read(203)), status=0),
        ("a read that has to be true went through",),
    ),
    ("minority-refused", other("etcd-old-read", read(204), _P), ("revision 204, no older than that of the others",)),
    (
        "minority-refused",
        other("etcd-old-read", "", _P, status=1, stderr=TIMED_OUT),
        ("did not even tell what it had",),
    ),
    ("minority-deposed", other("kube-scheduler-leadership", _HELD, _P), ("still holds the lease of 'kube-scheduler'",)),
    ("minority-deposed", other("kube-scheduler-leadership", _SECOND_LEASE, _P), ("was u-lease and is u-other",)),
    ("minority-deposed", other("containers", answers.containers(), _P), ("goes on without its lease",)),
    ("healed-by-itself", _helped, ("somebody ran on 'spare1': systemctl restart kubelet",)),
    ("healed-by-itself", other("boot-id", "0000000f-1111-4222-8333-444444444444\n"), ("was booted meanwhile",)),
    ("healed-by-itself", other("etcd-members", _FOREIGN), ("is a member of another cluster",)),
    ("healed-by-itself", other("etcd-parted-key", _KEPT), ("what 'master2' refused is there: /kubedrill/parted",)),
    ("healed-by-itself", other("etcd-parted-object", _KEPT), ("/registry/configmaps/default/parted",)),
    ("rto-rejoined", recovered_late, ("the RTO of 300.0 s was exceeded",)),
]
VACUOUS: list[Idle] = [
    ("majority-elected", other("etcd-status", status(8, 2), Moment.LED)),
    ("majority-served", other("operations", {}, _P)),
    ("minority-deposed", other("containers", answers.containers().replace(answers.MANAGER, "canary"), Moment.BEFORE)),
    ("minority-deposed", other("kube-scheduler-leadership", _ELSEWHERE, Moment.BEFORE)),
]
