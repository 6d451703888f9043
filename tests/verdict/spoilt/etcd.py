"""Stories that break or starve the checks of etcd."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict import answers
from tests.verdict.answers import MASTER
from tests.verdict.spoils import Break, Idle, other

BROKEN: list[Break] = [
    ("etcd-on-data-disk", other("etcd-disk", "", status=1), ("not mounted at 'recovered'", "'etcd' of 'master1'")),
    (
        "etcd-on-data-disk",
        other("etcd-disk", answers.mounts("/dev/loop9", "other", "/var/lib/etcd"), Moment.REBOOTED),
        ("another at 'rebooted'",),
    ),
    (
        "etcd-on-data-disk",
        other("etcd-disk", answers.mounts("/dev/loop2", "bbbbbbbb-0000-4000-8000-000000000002", "/var/lib/etcd")),
        ("on the OS disk",),
    ),
    (
        "etcd-on-data-disk",
        other("etcd-data-dir", {"spec": {"volumes": [answers.data_volume("/var/lib/etcd-from-backup")]}}),
        ("in /var/lib/etcd-from-backup at 'recovered': on the OS disk", "'etcd' of 'master1'"),
    ),
    (
        "etcd-members",
        other("etcd-members", {"header": {}, "members": [answers.member("default", "http://localhost:2380")]}),
        ("'master1' is missing", "'default' is no machine"),
    ),
    (
        "etcd-members",
        other("etcd-members", {"header": {}, "members": [answers.member(MASTER, "http://localhost:2380")]}),
        ("peer URL of 'master1' is http://localhost:2380",),
    ),
    (
        "etcd-revision",
        other("etcd-status", [{"Endpoint": "https://x", "Status": {"header": {"revision": 7}}}], Moment.BEFORE),
        ("etcd's revision was 7 and is 0",),
    ),
    (
        "etcd-health",
        other("etcd-alarms", {"header": {}, "alarms": [{"memberID": 7, "alarm": 1}]}),
        ("NOSPACE on member 7",),
    ),
    (
        "etcd-health",
        other("etcd-status", [{"Endpoint": "https://x", "Status": {"header": {}}}]),
        ("https://x has no leader",),
    ),
]
BROKEN += [
    (
        "api-server-stayed",
        other("pods", answers.pods("2026-03-01T03:00:30Z")),
        ("the start of etcd on 'master1' was 2026-03-01T02:59:00Z and is 2026-03-01T03:00:30Z",),
    ),
    ("api-server-stayed", other("pods", answers.pods()[1:]), ("and is unknown",)),
    (
        "etcd-service",
        other("etcd-process", "root     etcd --data-dir=/var/lib/etcd\n"),
        ("runs as 'root' at 'recovered', not as 'etcd'",),
    ),
    (
        "etcd-service",
        other("etcd-process", "etcd     etcd --data-dir=/srv/etcd\n", Moment.REBOOTED),
        ("runs from /srv/etcd at 'rebooted', not from /var/lib/etcd",),
    ),
    (
        "etcd-service",
        other("etcd-files", "700 etcd /var/lib/etcd\n600 root /var/lib/etcd/member/snap/db\n"),
        ("not of 'etcd' at 'recovered': /var/lib/etcd/member/snap/db (root)",),
    ),
    (
        "etcd-service",
        other("etcd-files", "755 etcd /var/lib/etcd\n600 etcd /var/lib/etcd/member/snap/db\n", Moment.REBOOTED),
        ("others are let in at 'rebooted': /var/lib/etcd (0755)",),
    ),
    (
        "etcd-service",
        other("etcd-files", "700 etcd /var/lib/etcd\n644 etcd /etc/etcd/pki/server.key\n"),
        ("others are let in at 'recovered': /etc/etcd/pki/server.key (0644)",),
    ),
]
VACUOUS: list[Idle] = [
    ("api-server-stayed", other("pods", answers.pods()[1:], Moment.BEFORE)),
    ("etcd-service", other("etcd-files", "600 etcd /etc/etcd/pki/server.key\n")),
    ("etcd-on-data-disk", other("etcd-disk", "", Moment.BEFORE, status=1)),
]
