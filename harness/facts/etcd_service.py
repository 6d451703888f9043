"""etcd as a service of a machine: who it runs as, from which directory, and whose its files are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.facts.fact import Output
from harness.facts.pki import FileMode, read_file_modes
from harness.facts.reading import shortened, succeeded

SERVICE = "etcd.service"
UNIT = f"/etc/systemd/system/{SERVICE}"
ACCOUNT = "etcd"
#: Copies for the service alone: the originals are root's, beside the key of their authority.
OWN_PKI = "/etc/etcd/pki"
_DATA_DIR = re.compile(r"--data-dir[= ](\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """An etcd that runs."""

    account: str
    data_dir: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdProcess:
    """The etcd that runs, whatever its unit says by now."""

    name: str = "etcd-process"
    argv: tuple[str, ...] = ("ps", "-C", "etcd", "-o", "user=,args=")

    def parse(self, output: Output) -> Process:
        """Its account and its directory; there is exactly one."""
        lines = [line for line in succeeded(output).splitlines() if line.strip()]
        found = _DATA_DIR.search(lines[0]) if len(lines) == 1 else None
        if found is None:
            raise ValueError(f"not one etcd with a data directory: {shortened(output.stdout) or 'nothing'}")
        return Process(account=lines[0].split()[0], data_dir=found[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdUnit:
    """The directory from which systemd would start etcd, as it has read the unit."""

    name: str = "etcd-unit"
    argv: tuple[str, ...] = ("systemctl", "show", SERVICE, "--property=ExecStart", "--value")

    def parse(self, output: Output) -> str:
        """Its path."""
        found = _DATA_DIR.search(succeeded(output))
        if found is None:
            raise ValueError(f"no unit of etcd with a data directory: {shortened(output.stdout) or 'nothing'}")
        return found[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdFiles:
    """Each file and folder of etcd's data and of its own keys."""

    name: str = "etcd-files"
    argv: tuple[str, ...] = ("find", "/etc/etcd", "/var/lib/etcd", "-printf", "%m %u %p\\n")

    def parse(self, output: Output) -> tuple[FileMode, ...]:
        """Who owns it and who may read it; of files that etcd removes meanwhile find complains."""
        files = read_file_modes(output.stdout)
        if not files:
            raise ValueError(f"etcd has no files: {shortened(output.stderr) or 'nothing was found'}")
        return files


ETCD_PROCESS = EtcdProcess()
ETCD_UNIT = EtcdUnit()
ETCD_FILES = EtcdFiles()
