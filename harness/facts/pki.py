"""Keys and certificates on a control plane."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from harness.facts.certificates import LEAVES, PKI, UNKNOWN
from harness.facts.encryption import ENCRYPTION_CONFIG
from harness.facts.fact import Output
from harness.facts.reading import shortened, succeeded

_PRIVATE_SUFFIXES = (".key", ".conf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A CA certificate, and the hash by which kubeadm pins its public key."""

    join_hash: str
    serial: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key by its digest."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMode:
    """One file, who owns it and who may read it."""

    path: str
    owner: str
    mode: int

    @property
    def is_secret(self) -> bool:
        """Whether it is a key or a kubeconfig."""
        return self.path == ENCRYPTION_CONFIG or PurePosixPath(self.path).suffix in _PRIVATE_SUFFIXES

    @property
    def is_irreplaceable(self) -> bool:
        """Whether it is a key that nothing can make again: one that signs, or that others were encrypted with."""
        name = self.path.removeprefix(f"{PKI}/").removesuffix(".key")
        return self.path == ENCRYPTION_CONFIG or (self.path.endswith(".key") and name not in LEAVES)

    def __str__(self) -> str:
        return self.path

    @property
    def is_private(self) -> bool:
        """Whether nobody but its owner can do anything with it."""
        return self.mode & 0o077 == 0


def read_certificate(pem: bytes) -> Certificate:
    """A certificate in PEM, with the same hash as `--discovery-token-ca-cert-hash`."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        join_hash = _digest(certificate.public_key())
    except UNKNOWN as unknown:
        raise ValueError(f"a certificate of an unknown kind: {unknown}") from unknown
    return Certificate(
        join_hash=join_hash,
        serial=f"{certificate.serial_number:x}",
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaCert:
    """The cluster's CA certificate."""

    name: str = "ca-cert"
    argv: tuple[str, ...] = ("cat", "/etc/kubernetes/pki/ca.crt")

    def parse(self, output: Output) -> Certificate:
        """The certificate and its join hash."""
        return read_certificate(succeeded(output).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class SaPub:
    """The public half of sa.key, which signs service-account tokens."""

    name: str = "sa-pub"
    argv: tuple[str, ...] = ("cat", "/etc/kubernetes/pki/sa.pub")

    def parse(self, output: Output) -> PublicKey:
        """The digest of the key itself, whatever its file looks like."""
        try:
            return PublicKey(digest=_digest(serialization.load_pem_public_key(succeeded(output).encode())))
        except UnsupportedAlgorithm as unknown:
            raise ValueError(f"a key of an unknown kind: {unknown}") from unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class PkiFiles:
    """Every file under /etc/kubernetes with its mode."""

    name: str = "pki-files"
    argv: tuple[str, ...] = ("find", "/etc/kubernetes", "-type", "f", "-printf", "%m %u %p\\n")

    def parse(self, output: Output) -> tuple[FileMode, ...]:
        """The files, by path."""
        return read_file_modes(succeeded(output))


def read_file_modes(text: str) -> tuple[FileMode, ...]:
    """Lines of mode, owner and path, by path."""
    return tuple(sorted((_file(line) for line in text.splitlines()), key=lambda file: file.path))


def _digest(key: PublicKeyTypes) -> str:
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return "sha256:" + hashlib.sha256(der).hexdigest()


def _file(line: str) -> FileMode:
    parts = line.split(" ", 2)
    if len(parts) != 3:
        raise ValueError(f"not a mode, an owner and a path: {shortened(line)}")
    return FileMode(mode=int(parts[0], 8), owner=parts[1], path=parts[2])


CA_CERT = CaCert()
SA_PUB = SaPub()
PKI_FILES = PkiFiles()
