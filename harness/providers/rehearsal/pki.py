"""Keys, certificates, kubeconfigs and tokens: real ones, but small and the same for each seed."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from random import Random
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import NameOID

from harness.providers.rehearsal.documents import dump_yaml

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate, or a bare public key, with its private key; all PEM."""

    public: bytes
    key: bytes


class Forge:
    """Makes keys and certificates. Ed25519 signs without chance, so that a seed gives the same files each time."""

    def __init__(self, random: Random, today: datetime) -> None:
        self._random = random
        self._today = today

    def signing_key(self) -> Pair:
        """The pair that signs service-account tokens."""
        key = self._key()
        return Pair(_public_pem(key.public_key()), _private_pem(key))

    def authority(self, name: str) -> Pair:
        """A CA of its own."""
        key = self._key()
        return Pair(self._certificate(name, key, name, key, is_ca=True, lasting=10 * YEAR), _private_pem(key))

    def leaf(self, name: str, issuer: Pair, lasting: timedelta = YEAR, addresses: Sequence[str] = ()) -> Pair:
        """A certificate signed by a CA."""
        key = self._key()
        signer, ca = _load_key(issuer.key), x509.load_pem_x509_certificate(issuer.public)
        ca_name = str(ca.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        made = self._certificate(name, key, ca_name, signer, is_ca=False, lasting=lasting, addresses=addresses)
        return Pair(made, _private_pem(key))

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._random.randbytes(32))

    def _certificate(
        self,
        name: str,
        key: Ed25519PrivateKey,
        issuer: str,
        signer: Ed25519PrivateKey,
        *,
        is_ca: bool,
        lasting: timedelta,
        addresses: Sequence[str] = (),
    ) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(self._random.getrandbits(63) + 1)
            .not_valid_before(self._today)
            .not_valid_after(self._today + lasting)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        if addresses:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(map(_named, addresses))), critical=False)
        return builder.sign(signer, None).public_bytes(serialization.Encoding.PEM)


def _named(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(address))
    except ValueError:
        return x509.DNSName(address)


@lru_cache(maxsize=256)
def good_until(certificate: bytes) -> datetime:
    """When a certificate expires."""
    return x509.load_pem_x509_certificate(certificate).not_valid_after_utc


@lru_cache(maxsize=256)
def addresses_of(certificate: bytes) -> tuple[str, ...]:
    """The addresses for which a certificate is good."""
    extensions = x509.load_pem_x509_certificate(certificate).extensions
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(map(str, names.get_values_for_type(x509.IPAddress)))


@lru_cache(maxsize=256)
def is_issued_by(certificate: bytes, authority: bytes) -> bool:
    """Whether a certificate carries a CA's signature."""
    key = x509.load_pem_x509_certificate(authority).public_key()
    signed = x509.load_pem_x509_certificate(certificate)
    if not isinstance(key, Ed25519PublicKey):
        return False
    try:
        key.verify(signed.signature, signed.tbs_certificate_bytes)
    except InvalidSignature:
        return False
    return True


def kubeconfig(server: str, authority: bytes, user: str, pair: Pair, cluster: str = "drill") -> str:
    """Credentials for a cluster, as kubeadm writes them."""
    names = {"cluster": cluster, "user": user}
    document: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": cluster, "cluster": {"certificate-authority-data": _b64(authority), "server": server}}],
        "users": [
            {"name": user, "user": {"client-certificate-data": _b64(pair.public), "client-key-data": _b64(pair.key)}}
        ],
        "contexts": [{"name": f"{user}@{cluster}", "context": names}],
        "current-context": f"{user}@{cluster}",
    }
    return dump_yaml(document)


def sign_token(account: str, key: bytes) -> str:
    """A service-account token."""
    parts = [{"alg": "EdDSA"}, {"sub": f"system:serviceaccount:{account}"}]
    signed = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    signature = base64.urlsafe_b64encode(_load_key(key).sign(signed.encode())).decode().rstrip("=")
    return f"{signed}.{signature}"


@lru_cache(maxsize=256)
def is_signed_by(token: str, public: bytes) -> bool:
    """Whether a token carries the signature of this key."""
    key = serialization.load_pem_public_key(public)
    signed, _, signature = token.rpartition(".")
    if not isinstance(key, Ed25519PublicKey):
        return False
    try:
        key.verify(base64.urlsafe_b64decode(signature + "=="), signed.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _load_key(pem: bytes) -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def _private_pem(key: Ed25519PrivateKey) -> bytes:
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
