"""A vault of the lab: a machine that takes files over sftp, from those who have its key, and gives nobody a shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.facts.vault import BACKUPS
from harness.lab import Node

USER = "vault"
#: The machine's own sshd, where there is one, has 22.
PORT = 2222
#: What a client needs, by the names of its files.
KEY, KNOWN_HOSTS = "key", "known_hosts"
UNIT = "kubedrill-vault.service"
_ROOT = "/srv/vault"
_OWN = "/etc/kubedrill/vault"
_HOST_KEY = f"{_OWN}/host_key"
#: sshd wants every folder above a user's cage to be root's; the user writes one level below.
_SSHD = f"""Port {PORT}
HostKey {_HOST_KEY}
AuthorizedKeysFile {_OWN}/authorized_keys
AuthenticationMethods publickey
PermitRootLogin no
AllowUsers {USER}
UsePAM no
DisableForwarding yes
PermitTTY no
PidFile none
Subsystem sftp internal-sftp
ChrootDirectory {_ROOT}
ForceCommand internal-sftp -d {BACKUPS.removeprefix(_ROOT)} -u 0077
"""
_SERVICE = f"""[Unit]
Description=Vault for backups, over sftp

[Service]
RuntimeDirectory=sshd
ExecStart=/usr/sbin/sshd -D -e -f {_OWN}/sshd_config
Restart=on-failure

[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpAccess:
    """A private key, and the line by which the vault's machine is known."""

    address: str
    private_key: bytes
    known_host: str

    @property
    def target(self) -> str:
        """The account and its machine."""
        return f"{USER}@{self.address}"

    @property
    def files(self) -> Mapping[str, bytes]:
        """The key, and the one host that is known."""
        return {KEY: self.private_key, KNOWN_HOSTS: self.known_host.encode()}

    @property
    def secret(self) -> str:
        """A line from the middle of the key."""
        lines = self.private_key.decode().splitlines()
        return lines[len(lines) // 2]


def serve(node: Node) -> SftpAccess:
    """Let a machine be a vault, and say how to get in."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    # An account whose password begins with '!' counts as locked, and sshd without PAM lets nobody into it.
    node.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "--password", "*", USER])
    node.run(["mkdir", "--parents", BACKUPS, _OWN])
    node.run(["chown", f"{USER}:", BACKUPS])
    node.run(["chmod", "0700", BACKUPS])
    node.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", _HOST_KEY])
    node.put(f"{_OWN}/authorized_keys", b"restrict " + public + b"\n")
    node.put(f"{_OWN}/sshd_config", _SSHD)
    node.put(f"/etc/systemd/system/{UNIT}", _SERVICE)
    node.run(["systemctl", "daemon-reload"])
    node.run(["systemctl", "enable", "--now", UNIT])
    kind, blob, *_ = node.get(f"{_HOST_KEY}.pub").decode().split()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    address = str(node.spec.ip)
    return SftpAccess(address=address, private_key=private, known_host=f"[{address}]:{PORT} {kind} {blob}\n")
