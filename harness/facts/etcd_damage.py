"""What shows that etcd has lost its disk or its database: the file itself, and etcd's own words."""

from __future__ import annotations

from dataclasses import dataclass

from harness.facts.etcd_service import SERVICE
from harness.facts.fact import Output
from harness.facts.reading import shortened, succeeded
from harness.strict_json import json_value

DATABASE = "/var/lib/etcd/member/snap/db"
#: bbolt's magic number, behind the header of the first page.
_MAGIC = "ed0cdaed"
_MAGIC_AT = 16
_OF_THE_DATABASE, _NO_ERROR = ("invalid database", "invalid meta page"), "no error of the database"
#: Where etcd is a service, its log is systemd's.
SERVICE_LOG = ("journalctl", f"--unit={SERVICE}", "--no-pager", "--output=cat", "--lines=200")


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdLog:
    """The end of etcd's log, of the containers or processes before this one as well."""

    name: str
    #: What etcd and Go say then.
    words: tuple[str, ...]
    #: What is said where they say nothing of the kind.
    nothing: str
    argv: tuple[str, ...] = (
        *("find", "/var/log/pods", "-path", "*/kube-system_etcd-*", "-name", "*.log"),
        *("-exec", "tail", "--lines=40", "{}", "+"),
    )

    def parse(self, output: Output) -> str:
        """The first line with such words, or that there is none."""
        # Pods that end meanwhile make find complain of their folders.
        lines = output.stdout.splitlines()
        if not lines:
            raise ValueError(f"etcd has no log: {shortened(output.stderr) or 'nothing was found'}")
        return next((message(line) for line in lines if any(word in line for word in self.words)), self.nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdDatabase:
    """Whether the file of etcd's database begins as one."""

    name: str = "etcd-database"
    argv: tuple[str, ...] = (
        *("od", "--address-radix=n", "--format=x4", f"--skip-bytes={_MAGIC_AT}", "--read-bytes=4", DATABASE),
    )

    def parse(self, output: Output) -> str:
        """That it does or does not; a file that cannot be read is no answer."""
        found = succeeded(output).strip()
        if len(found) != len(_MAGIC):
            raise ValueError(f"not a number of four bytes: {shortened(output.stdout) or 'nothing'}")
        return "a database" if found == _MAGIC else "no database"


def message(line: str) -> str:
    """Message and error, if there is one, of a line; containerd puts the time and the stream before it."""
    try:
        told = json_value(line[line.index("{") :])
        return shortened(": ".join([told["msg"], *([told["error"]] if "error" in told else [])]))
    except (ValueError, KeyError, TypeError):
        return shortened(line)


ETCD_DISK_LOG = EtcdLog(
    name="etcd-disk-log", words=("input/output error", "read-only file system"), nothing="no error of a disk"
)
ETCD_SPACE_LOG = EtcdLog(name="etcd-space-log", words=("no space left on device",), nothing="no want of space")
ETCD_DATABASE_LOG = EtcdLog(name="etcd-database-log", words=_OF_THE_DATABASE, nothing=_NO_ERROR)
ETCD_SERVICE_DATABASE_LOG = EtcdLog(
    name="etcd-service-database-log", words=_OF_THE_DATABASE, nothing=_NO_ERROR, argv=SERVICE_LOG
)
ETCD_DATABASE = EtcdDatabase()
