"""The same program as a CronJob: it lies in the cluster with its key, and so comes back with the snapshot."""

from __future__ import annotations

from typing import Any

from harness.backup.access import FOLDER, Access
from harness.backup.program import program
from harness.backup.scheduled import Job, settings
from harness.facts.containers import SHELL_IMAGE
from harness.providers.seam import ClusterApi

NAME, NAMESPACE = "kubedrill-backup", "kube-system"
_MACHINE = "/machine"


def install(api: ClusterApi, access: Access, job: Job, snapshot: str = "") -> None:
    """Let the cluster back its control plane up from now on."""
    api.apply(_secret(**files(access, job, snapshot)))
    api.apply(manifest(job))


def change(api: ClusterApi, access: Access, job: Job, snapshot: str = "", *, kbit_per_second: int) -> None:
    """Let uploads from now on have no more than this; a pod sees what its Secret holds when it starts."""
    slow = {"settings": settings(access, job, snapshot, limit=kbit_per_second)}
    api.apply(_secret(**files(access, job, snapshot) | slow))


def files(access: Access, job: Job, snapshot: str) -> dict[str, str]:
    """What the program is, and what it reads."""
    opens = {name: content.decode() for name, content in access.files.items()}
    return {"program": program(job.into), "settings": settings(access, job, snapshot), **opens}


def manifest(job: Job) -> dict[str, Any]:
    """One run at a time, on a control plane, and none that hangs for ever."""
    patience = int(job.patience.total_seconds())
    run = {"backoffLimit": 0, "activeDeadlineSeconds": patience, "template": {"spec": _pod()}}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": NAME, "namespace": NAMESPACE},
        "spec": {
            "schedule": job.cron,
            # What is still busy is not ended for the next one: a slow upload would never arrive.
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": int(job.every.total_seconds()),
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 1,
            "jobTemplate": {"spec": run},
        },
    }


def _pod() -> dict[str, Any]:
    mounts = [
        {"name": "machine", "mountPath": _MACHINE},
        {"name": "files", "mountPath": f"{_MACHINE}{FOLDER}", "readOnly": True},
    ]
    container = {
        "name": "backup",
        "image": SHELL_IMAGE,
        "imagePullPolicy": "Never",
        # By its whole path: a shell without one is busybox itself, and so is all that it calls.
        "command": ["busybox", "chroot", _MACHINE, "/bin/sh", f"{FOLDER}/program"],
        "volumeMounts": mounts,
    }
    return {
        "restartPolicy": "Never",
        # Any control plane will do, not one by its name: a job that is tied to a machine is lost with it.
        "nodeSelector": {"node-role.kubernetes.io/control-plane": ""},
        "tolerations": [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}],
        "hostNetwork": True,
        "containers": [container],
        "volumes": [
            {"name": "machine", "hostPath": {"path": "/"}},
            {"name": "files", "secret": {"secretName": NAME, "defaultMode": 0o600}},
        ],
    }


def _secret(**files: str) -> dict[str, Any]:
    metadata = {"name": NAME, "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": files}
