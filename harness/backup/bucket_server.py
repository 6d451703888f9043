"""A vault of the lab: a machine with an S3 server, whose one bucket belongs to those who have its key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import PurePosixPath
from secrets import token_hex

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from harness.clock import NotYet
from harness.facts.vault import BACKUPS
from harness.lab import Node

USER = "vault"
PORT = 7070
REGION = "us-east-1"
UNIT = "kubedrill-vault.service"
#: What a client needs, by the names of its files.
CURL, CERTIFICATE = "curl", "vault.crt"
#: Each folder below the first is a bucket.
_ROOT, BUCKET = str(PurePosixPath(BACKUPS).parent), PurePosixPath(BACKUPS).name
_OWN = "/etc/kubedrill/vault"
_SETTINGS = f"{_OWN}/settings"
_ACCOUNTS = f"{_OWN}/accounts"
_LIFE = timedelta(days=30)
_SERVICE = f"""[Unit]
Description=Vault for backups, over S3
# Its address may come after it, more than once too late.
StartLimitIntervalSec=0

[Service]
User={USER}
UMask=0077
NoNewPrivileges=yes
EnvironmentFile={_SETTINGS}
ExecStart=/usr/bin/versitygw posix --dir-perms 0700 --file-perms 0600 {_ROOT}
Restart=on-failure
RestartSec=1

[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketAccess:
    """An account that owns one bucket, and the certificate by which the vault's machine is known."""

    address: str
    secret: str
    certificate: bytes

    @property
    def target(self) -> str:
        """The bucket's URL."""
        return f"https://{self.address}:{PORT}/{BUCKET}"

    @property
    def files(self) -> Mapping[str, bytes]:
        """What curl reads, and the one certificate that is known."""
        return {CURL: _curl(self.secret).encode(), CERTIFICATE: self.certificate}


def serve(node: Node) -> BucketAccess:
    """Let a machine be a vault, and say how to get in; its bucket is not made yet."""
    certificate, key = _certificate(node.spec.ip)
    access = BucketAccess(address=str(node.spec.ip), secret=token_hex(20), certificate=certificate)
    node.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER])
    node.run(["mkdir", "--parents", "--mode=0700", _ROOT, _OWN, _ACCOUNTS])
    # The server says 200 before anything is on the disk, and of what it had taken a cut of its power left nothing.
    # What is made below such a folder inherits it: then all of it was there.
    node.run(["chattr", "+SD", _ROOT])
    node.put(f"{_OWN}/cert.pem", certificate, 0o600)
    node.put(f"{_OWN}/key.pem", key, 0o600)
    node.put(f"{_ACCOUNTS}/users.json", _accounts(access.secret), 0o600)
    node.put(_SETTINGS, _settings(access.address, token_hex(20)), 0o600)
    node.run(["chown", "--recursive", f"{USER}:", _ROOT, _OWN])
    node.put(f"/etc/systemd/system/{UNIT}", _SERVICE)
    node.run(["systemctl", "daemon-reload"])
    node.run(["systemctl", "enable", "--now", UNIT])
    return access


def make_bucket(node: Node) -> bool | NotYet:
    """Give the account its bucket, once the server answers; nobody else may look into it."""
    made = node.machine.channel.run(
        [
            *("systemd-run", "--quiet", "--wait", "--pipe", "--collect", f"--property=EnvironmentFile={_SETTINGS}"),
            *("/usr/bin/versitygw", "admin", "--endpoint-url", f"https://{node.spec.ip}:{PORT}"),
            *("create-bucket", "--bucket", BUCKET, "--owner", USER),
        ]
    )
    return True if made.status == 0 else NotYet(made.stderr.strip() or made.stdout.strip() or "no answer")


def is_receiving(node: Node) -> bool:
    """Whether somebody has a connection to the server, which it closes after each request."""
    asked = ["ss", "--tcp", "--numeric", "--no-header", "state", "established", f"sport = :{PORT}"]
    return bool(node.machine.channel.run(asked).stdout.strip())


def _settings(address: str, root: str) -> str:
    """For the server and for who administers it: in the environment, because arguments are for all to see."""
    told = {
        "VGW_PORT": f"{address}:{PORT}",
        "VGW_REGION": REGION,
        "VGW_CERT": f"{_OWN}/cert.pem",
        "VGW_KEY": f"{_OWN}/key.pem",
        "VGW_IAM_DIR": _ACCOUNTS,
        "ROOT_ACCESS_KEY": "root",
        "ROOT_SECRET_KEY": root,
        "ADMIN_ACCESS_KEY": "root",
        "ADMIN_SECRET_KEY": root,
        "SSL_CERT_FILE": f"{_OWN}/cert.pem",
    }
    return "".join(f"{name}={value}\n" for name, value in told.items())


def _accounts(secret: str) -> str:
    """A file, because the command that adds an account wants its secret among its arguments."""
    account = {"access": USER, "secret": secret, "role": "user"}
    return json.dumps({"accessAccounts": {USER: account}})


def _curl(secret: str) -> str:
    """How every client calls it: signed, no vault that is not the one it knows, and nothing waited for without end."""
    return (
        f'user = "{USER}:{secret}"\naws-sigv4 = "aws:amz:{REGION}:s3"\n'
        f'cacert = "/etc/kubedrill-backup/{CERTIFICATE}"\nproto = "=https"\nnoproxy = "*"\n'
        "connect-timeout = 5\nspeed-limit = 1\nspeed-time = 15\nmax-time = 600\nsilent\nshow-error\nfail\n"
    )


def _certificate(address: IPv4Address) -> tuple[bytes, bytes]:
    """For this address alone, and no authority for any other one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubedrill-vault")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A machine's clock may be behind.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(address)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(pem), private
