"""What os-disk-swap plans to check."""

from __future__ import annotations

from typing import Any

from harness.facts.certificates import LEAVES
from harness.verdict import planned
from tests.verdict.answers import LOST, MASTER, NEW_ADDRESS, OLD_ADDRESS, OLD_NAME, SPARE
from tests.verdict.vault import VAULT

NAMED = {"old": OLD_NAME, "new": MASTER}
MOVED = {"old": OLD_ADDRESS, "new": NEW_ADDRESS}
NAMESPACES = ["kube-system", "kube-flannel", "test-ns"]


def plan() -> list[dict[str, Any]]:
    """Every check as os-disk-swap plans it."""
    return [
        planned(
            "fault-bit",
            differs=[
                {"fact": "os-disk", "subject": MASTER, "field": "slot"},
                {"fact": "root-disk", "subject": MASTER, "field": "uuid"},
                {"fact": "boot-id", "subject": MASTER},
            ],
        ),
        planned("snapshot-verified", machine=MASTER, file="pki.tar"),
        planned("backups-on-time", vault=VAULT, every_seconds=15.0),
        planned("retention-kept", vault=VAULT, keep=2),
        planned("newest-whole-chosen", vault=VAULT),
        planned("snapshots-fresh", vault=VAULT, every_seconds=5.0),
        planned("sidecar-back", machine=MASTER, bumped_by=0),
        planned("loss-within-schedule", vault=VAULT, every_seconds=15.0),
        planned("schedule-back", vault=VAULT),
        planned("job-as-written", machine=MASTER),
        planned("backup-pair"),
        planned("keys-apart"),
        planned("bad-backups-refused", machine=MASTER, backups=["truncated"]),
        planned("control-plane-stopped", machine=MASTER),
        planned("disk-has-room", machine=MASTER),
        # The application of this story is on the machine that is lost.
        planned("served-throughout", tolerated_seconds=5.0),
        planned("container-restarted", machine=MASTER, pod="test-pod"),
        planned("pod-not-replaced", machines=[MASTER]),
        planned("operations-stopped", spare=SPARE),
        planned("majority-elected", minority=MASTER, through=LOST, within_seconds=5.0),
        # Nothing is cut off in this story when a leader is asked for.
        planned("elected-by-all", minority=MASTER, through=LOST),
        planned("majority-served", through=LOST),
        planned("minority-refused", minority=MASTER, through=LOST),
        planned("minority-deposed", minority=MASTER),
        # The machine of this story that is lost is booted, and somebody types on it.
        planned("healed-by-itself", minority=LOST, machines=[SPARE]),
        planned("drain-refused", machine=MASTER),
        planned("requests-kept", probe="pair-read"),
        planned("requests-lost", probes=["pair-read"]),
        planned("moved-once", machine=LOST, movers=["pair", "lone"], after="endured"),
        planned("waits-for-machine", machine=LOST),
        planned("doubled-meanwhile", machine=LOST, others=[MASTER]),
        planned("none-doubled", machines=[MASTER, LOST]),
        planned("gone-for-good", machine=LOST),
        planned("serves-again", machine=LOST),
        planned("api-not-needed", machine=MASTER),
        planned("single-member", machine=MASTER, ip="10.77.0.11"),
        planned("one-cluster", machine=MASTER, others=[LOST]),
        planned("one-revision", machines=[MASTER], programs=["etcd"]),
        planned("ghosts-gone", machines=[LOST]),
        planned("certificates-uploaded", machine=MASTER),
        planned("recovery-completed", machine=MASTER),
        # The one control plane of this story has nobody beside it.
        planned("api-served", tolerated_seconds=60.0),
        planned("taken-over", office="etcd", within_seconds=5.0),
        planned("returned-by-itself", machine=SPARE),
        planned("expiry-diagnosed", machine=MASTER),
        planned("only-reads-served", machine=MASTER),
        planned("space-regained", machine=MASTER, quota_bytes=65536),
        planned("join-hash", machine=MASTER),
        # Under which address the one machine of this story is known.
        planned("address-in-backup", machine=MASTER, workers=[MASTER], **MOVED),
        planned("address-moved", machine=MASTER, workers=[MASTER], **MOVED),
        planned("ghost-diagnosed", **NAMED),
        planned("name-moved", machine=MASTER, **NAMED),
        planned("certificates", machine=MASTER, remade=LEAVES),
        planned("worker-rejoined", machine=MASTER),
        planned("old-join", spare=SPARE),
        planned("wrong-hash-refused", spare=SPARE),
        planned("expired-token-refused", spare=SPARE),
        planned("new-token-joins", machine=MASTER, spare=SPARE),
        planned("old-tokens", machine=MASTER),
        planned("objects-survived", machine=MASTER, ignoring=["PersistentVolume bound"]),
        planned("late-object", restored=False),
        planned("node-taints-and-labels", joined=[SPARE], renamed={OLD_NAME: MASTER}),
        planned("second-scheduler"),
        planned("admission"),
        planned("secrets-encrypted"),
        planned("kubelet-settings", machine=MASTER),
        planned("kubeadm-config", **MOVED),
        planned("kube-proxy-config", **MOVED),
        planned("kubelet-config"),
        planned("rto-control-plane", target_seconds=300.0),
        planned("rto-workload", target_seconds=300.0),
        planned("rto-redundancy", target_seconds=300.0),
        planned("rto-rejoined", target_seconds=300.0),
        planned("rpo", target_seconds=0.0),
        planned("new-write"),
        planned("scheduling"),
        planned("rollout"),
        planned("dns", expected="10.96.0.1"),
        planned("service"),
        planned("volume-bytes"),
        planned("volumes-ahead", machine=MASTER),
        planned("add-ons-running", namespaces=NAMESPACES),
        planned("no-orphans", machines=[MASTER]),
        planned("workloads-untouched", machines=[MASTER], namespaces=["test-ns"], after=["recovered"]),
        planned("watch-continues"),
        planned("etcd-revision", machine=MASTER, bumped_by=0),
        planned("etcd-on-data-disk", machine=MASTER),
        planned("api-server-stayed", machine=MASTER, program="etcd"),
        planned("etcd-service", machine=MASTER, directory="/var/lib/etcd"),
        planned("etcd-members", machine=MASTER, members={MASTER: "10.77.0.11"}),
        planned("etcd-health", machine=MASTER),
        planned("after-reboot", machine=MASTER, namespaces=NAMESPACES, ignoring=["PersistentVolume bound"]),
        planned("keys-private", machine=MASTER),
        planned("backup-files-private"),
        planned("no-secrets-in-reports"),
        planned("host-clean"),
    ]
