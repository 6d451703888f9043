"""Under which heading each check stands in the report."""

from __future__ import annotations

from harness.verdict import Finding

OTHERS = "Other checks"
_OUTAGE = (
    "served-throughout",
    "container-restarted",
    "pod-not-replaced",
    "operations-stopped",
    "returned-by-itself",
)
_PARTED = (
    *("majority-elected", "elected-by-all", "majority-served"),
    *("minority-refused", "minority-deposed", "healed-by-itself"),
)
_IDENTITY = (
    "join-hash",
    "certificates",
    "address-in-backup",
    "address-moved",
    "expiry-diagnosed",
    "worker-rejoined",
    "old-join",
    "wrong-hash-refused",
    "expired-token-refused",
    "new-token-joins",
    "old-tokens",
)
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "The fault and the recovery",
        (
            *("fault-bit", "snapshot-verified", "bad-backups-refused", "control-plane-stopped"),
            *("only-reads-served", "recovery-completed", "api-served", "taken-over"),
            *("backups-on-time", "snapshots-fresh", "retention-kept", "newest-whole-chosen"),
            "job-as-written",
        ),
    ),
    ("Without a control plane", _OUTAGE),
    ("In a parted network", _PARTED),
    (
        "Workloads that have to leave",
        (
            *("drain-refused", "waits-for-machine", "doubled-meanwhile", "moved-once", "none-doubled"),
            *("gone-for-good", "serves-again", "requests-kept", "requests-lost"),
        ),
    ),
    ("Identity", _IDENTITY),
    (
        "State",
        (
            "objects-survived",
            "late-object",
            "node-taints-and-labels",
            "secrets-encrypted",
            "second-scheduler",
            "admission",
            "kubelet-settings",
            "kubeadm-config",
            "kube-proxy-config",
            "kubelet-config",
        ),
    ),
    (
        "Time and loss",
        (
            *(
                "rto-control-plane",
                "rto-workload",
                "rto-redundancy",
                "rto-rejoined",
                "rpo",
                "loss-within-schedule",
                "schedule-back",
            ),
            *("volume-bytes", "volumes-ahead"),
        ),
    ),
    (
        "Life",
        (
            "new-write",
            "scheduling",
            "rollout",
            "dns",
            "service",
            "api-server-stayed",
            "add-ons-running",
            "no-orphans",
            "workloads-untouched",
            "watch-continues",
        ),
    ),
    (
        "etcd",
        (
            *(
                "etcd-on-data-disk",
                "etcd-service",
                "etcd-members",
                "etcd-health",
                "etcd-revision",
                "space-regained",
                "disk-has-room",
            ),
            "sidecar-back",
        ),
    ),
    ("One more reboot", ("after-reboot",)),
    ("Hygiene", ("keys-private", "backup-files-private", "no-secrets-in-reports", "host-clean")),
)


def grouped(findings: tuple[Finding, ...]) -> list[tuple[str, list[Finding]]]:
    """The findings under their headings; headings without findings are left out."""
    titles = {check: title for title, checks in GROUPS for check in checks}
    order = [*(title for title, _ in GROUPS), OTHERS]
    found = {title: [one for one in findings if titles.get(one.check, OTHERS) == title] for title in order}
    return [(title, ones) for title, ones in found.items() if ones]
