"""Stories that break or starve the checks of one more reboot."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict import answers
from tests.verdict.spoils import Break, Idle, other
from tests.verdict.spoilt.pods import UNREADY

OBJECTS = answers.objects()
BROKEN: list[Break] = [
    (
        "after-reboot",
        other("api-write", {"ok": False, "saw": "no answer for 120 s"}, Moment.REBOOTED),
        ("one more reboot of 'master1'", "no answer"),
    ),
    (
        "after-reboot",
        lambda h: other("api-write", {"ok": False, "saw": "no answer"}, Moment.REBOOTED)(
            other("etcd-disk", "", Moment.REBOOTED, status=1)(h)
        ),
        ("no answer", "data disk 'etcd' of 'master1' is not mounted"),
    ),
    ("after-reboot", other("boot-id", "00000001-1111-4222-8333-444444444444", Moment.REBOOTED), ("did not reboot",)),
    ("after-reboot", other("ca-cert", answers.OTHER_CA, Moment.REBOOTED), ("join hash in ca.crt",)),
    ("after-reboot", other("objects", OBJECTS[:2], Moment.REBOOTED), ("2 objects missing",)),
    ("after-reboot", other("pods", UNREADY, Moment.REBOOTED), ("coredns",)),
]
VACUOUS: list[Idle] = []
