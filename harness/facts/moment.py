"""When and of whom facts are asked."""

from __future__ import annotations

from enum import StrEnum

#: The subject of what is asked over the API.
CLUSTER = "cluster"
#: The subject of what the witness found.
WITNESS = "witness"


class Moment(StrEnum):
    """The points of a drill at which facts are asked; a drill may have others."""

    BEFORE = "before"
    FAULTED = "faulted"
    #: When a backup is looked at, and not used yet.
    OFFERED = "offered"
    #: While the control plane is stopped, and its data are about to be exchanged.
    STOPPED = "stopped"
    #: While there is no control plane, and it has been gone for a while.
    ENDURED = "endured"
    #: While the network is parted, and each side is asked.
    PARTED = "parted"
    #: When the backup is back on the machine, and something is wrong with it.
    DIAGNOSED = "diagnosed"
    #: When the backup is back on a machine that has another address.
    MOVED = "moved"
    #: When a control plane serves under another name, and nobody has cleared up after the old one.
    RENAMED = "renamed"
    #: When one member was restored, and nobody else has joined it yet.
    ALONE = "alone"
    #: Before a leader is killed, and once another one leads.
    LED = "led"
    DEPOSED = "deposed"
    #: What is looked at after a recovery gave up, to find out why.
    FAILED = "failed"
    RECOVERED = "recovered"
    #: After a fresh machine joined a second time.
    REJOINED = "rejoined"
    REBOOTED = "rebooted"
    #: After the lab is gone.
    END = "end"
