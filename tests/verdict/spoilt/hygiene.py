"""Stories that break or starve the checks of hygiene."""

from __future__ import annotations

from harness.facts import Moment
from tests.verdict.spoils import Break, Idle, other

BROKEN: list[Break] = [
    ("keys-private", other("pki-files", "644 root /etc/kubernetes/pki/sa.key\n"), ("sa.key (0644)",)),
    (
        "backup-files-private",
        other("backup-files", [{"path": "/v/a", "mode": "0644", "sha256": "x"}], Moment.BEFORE),
        ("/v/a (0644)",),
    ),
    (
        "no-secrets-in-reports",
        other("secret-scan", {"scanned": 3, "found": ["journal.jsonl:7"]}, Moment.END),
        ("journal.jsonl:7",),
    ),
    (
        "host-clean",
        other("host-audit", {"leaks": ["/dev/loop7"], "clock_shift_seconds": 0}, Moment.END),
        ("/dev/loop7",),
    ),
    (
        "host-clean",
        other("host-audit", {"leaks": [], "clock_shift_seconds": -3.5}, Moment.END),
        ("shifted by -3.500 s",),
    ),
    (
        "host-clean",
        other(
            "host-audit", {"leaks": [], "clock_shift_seconds": 0, "sysctls_changed": {"kernel.panic": "10"}}, Moment.END
        ),
        ("kernel.panic",),
    ),
]
VACUOUS: list[Idle] = [
    ("no-secrets-in-reports", other("secret-scan", {"scanned": 0, "found": []}, Moment.END)),
    ("backup-files-private", other("backup-files", [], Moment.BEFORE)),
    ("keys-private", other("pki-files", "644 root /etc/kubernetes/pki/ca.crt\n")),
]
