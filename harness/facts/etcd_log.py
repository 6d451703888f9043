"""What etcd says in its log when its disk fails it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from harness.facts.fact import Output
from harness.facts.reading import shortened, succeeded

#: EIO in Go's words.
_DISK_ERROR = "input/output error"
NO_DISK_ERROR = "no error of a disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdLog:
    """The end of etcd's log, of the containers before this one as well."""

    name: str = "etcd-log"
    argv: tuple[str, ...] = (
        *("find", "/var/log/pods", "-path", "*/kube-system_etcd-*", "-name", "*.log"),
        *("-exec", "tail", "--lines=40", "{}", "+"),
    )

    def parse(self, output: Output) -> str:
        """The first words of an error of its disk, or that there are none."""
        lines = succeeded(output).splitlines()
        if not lines:
            raise ValueError("etcd has no log")
        return next((_words(line) for line in lines if _DISK_ERROR in line), NO_DISK_ERROR)


def _words(line: str) -> str:
    """Message and error of a line; containerd puts the time and the stream before it."""
    try:
        told = json.loads(line[line.index("{") :])
        return f"{told['msg']}: {told['error']}"
    except (ValueError, KeyError, TypeError):
        return shortened(line)


ETCD_LOG = EtcdLog()
