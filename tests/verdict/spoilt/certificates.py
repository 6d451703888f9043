"""Stories that break or starve the checks of certificates."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict import papers
from tests.verdict.spoils import Break, Idle, other

_BEFORE = Moment.BEFORE
_ANOTHER_CA = {**papers.AUTHORITY, "etcd/ca": papers.OTHER_AUTHORITY["etcd/ca"]}
_FEWER = {name: pem for name, pem in papers.RENEWED.items() if name != "etcd/peer"}
BROKEN: list[Break] = [
    ("certificates", other("certificates", papers.told(papers.EXPIRING)), ("'apiserver'", "not made anew")),
    (
        "certificates",
        other("certificates", papers.told(papers.RENEWED, _ANOTHER_CA)),
        ("'etcd/ca' made anew, although the backup has held it",),
    ),
    (
        "certificates",
        other("certificates", papers.told(papers.UNSIGNED_ANEW)),
        ("'apiserver' not signed by the authority of before",),
    ),
    ("certificates", other("certificates", papers.told(_FEWER)), ("'etcd/peer' missing",)),
]
VACUOUS: list[Idle] = [
    ("certificates", other("certificates", papers.told(papers.UNSIGNED), _BEFORE)),
]
