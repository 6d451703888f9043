"""One pod as it runs on a simulated machine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """One pod as it runs on a machine."""

    name: str
    namespace: str
    uid: str
    ip: str
    #: Another one each time that the pod is started.
    id: str
    #: Since when its container is as it is: that it runs, or that it has ended.
    started: float
    began: datetime
    is_static: bool = False
    #: The folder on the machine that the pod has as its volume.
    folder: str = ""
    #: The key that its token can be checked with.
    sa_pub: bytes = b""
    #: Its one container: the name, how often it was started again, whether it has ended, and whether that is final.
    container: str = "main"
    attempt: int = 0
    ended: bool = False
    is_final: bool = False


def container_id(box: Sandbox) -> str:
    """The id of a pod's container, another one each time that it is started."""
    return hashlib.sha256(f"{box.id} {box.attempt}".encode()).hexdigest()


def told_status(phase: str, box: Sandbox | None, *, ready: bool) -> dict[str, Any]:
    """What the API has of a pod."""
    status: dict[str, Any] = {
        "phase": phase,
        "conditions": [{"type": "Ready", "status": "True" if ready else "False"}],
    }
    if box is not None:
        state = (
            {"running": {"startedAt": f"{box.began:%Y-%m-%dT%H:%M:%SZ}"}} if phase == "Running" else {"terminated": {}}
        )
        status |= {"podIP": box.ip, "containerStatuses": [{"name": "main", "ready": ready, "state": state}]}
    return status
