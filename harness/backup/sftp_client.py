"""A vault over sftp, as a client knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.backup.access import FOLDER, give_access
from harness.backup.sftp_server import KEY, KNOWN_HOSTS, PORT, SftpAccess
from harness.clock import NotYet
from harness.lab import Node

#: How every client of the vault calls it: no password, no host that is not the one it knows.
SFTP = (
    *("sftp", "-q", "-P", str(PORT), "-i", f"{FOLDER}/{KEY}", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"),
    *("-o", f"UserKnownHostsFile={FOLDER}/{KNOWN_HOSTS}", "-o", "GlobalKnownHostsFile=/dev/null"),
    *("-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=5", "-o", "ServerAliveInterval=5"),
)
_BATCH = "/run/kubedrill-vault.batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpClient:
    """Lists and fetches by batches of OpenSSH's sftp."""

    access: SftpAccess

    def answers(self, node: Node) -> bool | NotYet:
        """Whether the vault lets this machine in."""
        give_access(node, self.access)
        node.machine.channel.put(_BATCH, b"@ls -1\n", 0o600)
        # Straight through the channel: a machine that has just booted asks more than once.
        asked = node.machine.channel.run([*SFTP, "-b", _BATCH, self.access.target])
        return True if asked.status == 0 else NotYet(asked.stderr.strip() or "no answer")

    def names(self, node: Node) -> list[str]:
        """What the folders in the vault are called."""
        return self._do(node, ["@ls -1"]).splitlines()

    def fetch(self, node: Node, name: str, wanted: Sequence[str], folder: str) -> None:
        """Bring files of one backup into a folder of this machine; what is not in the vault is not there either."""
        self._do(node, [f"-get {name}/{one} {folder}/{one}" for one in wanted])

    def _do(self, node: Node, lines: list[str]) -> str:
        node.put(_BATCH, "".join(f"{line}\n" for line in lines), 0o600)
        said = node.run([*SFTP, "-b", _BATCH, self.access.target]).stdout
        node.run(["rm", _BATCH])
        return said
