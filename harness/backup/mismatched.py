"""Backups whose PKI is from before a rotation, and whose snapshot is newer: each is good, and they are no pair."""

from __future__ import annotations

from dataclasses import replace

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.backup.bundle import Bundle
from harness.backup.matching import signing_keys
from harness.backup.records import cluster_of
from harness.backup.spoilt import Spoilt

_Key = rsa.RSAPrivateKey | Ed25519PrivateKey
_BITS = 2048
#: What the cluster's CA has signed; whoever rotates it makes these anew.
_LEAVES = ("apiserver", "apiserver-kubelet-client")


def accounts_of_before(bundle: Bundle) -> Bundle:
    """The key of service accounts was rotated since the PKI was kept; all else of it is of now."""
    key = _another(_load(bundle.files["pki/sa.key"]))
    encoding, shape = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return Bundle(
        {
            **bundle.files,
            "pki/sa.key": _private(key),
            "pki/sa.pub": key.public_key().public_bytes(encoding, shape),
        }
    )


def pki_of_before(bundle: Bundle) -> Bundle:
    """The CA was rotated since the PKI was kept: a PKI without fault, under which the snapshot was not taken."""
    key = _another(_load(bundle.files["pki/ca.key"]))
    now = x509.load_pem_x509_certificate(bundle.files["pki/ca.crt"])
    ca = _signed(now, now.subject, key, key)
    files = {"pki/ca.crt": _pem(ca), "pki/ca.key": _private(key)}
    for name in _LEAVES:
        leaf = x509.load_pem_x509_certificate(bundle.files[f"pki/{name}.crt"])
        files[f"pki/{name}.crt"] = _pem(_signed(leaf, ca.subject, key))
    return accounts_of_before(Bundle({**bundle.files, **files}))


def snapshot_alone(bundle: Bundle) -> Bundle:
    """Somebody took only the newer snapshot's file over, so that the record beside it is of before as well."""
    older = pki_of_before(bundle)
    record = replace(cluster_of(bundle), keys=signing_keys(older.below("pki")))
    return Bundle({**older.files, **record.file})


def _another(key: _Key) -> _Key:
    """A key of the same kind."""
    if isinstance(key, rsa.RSAPrivateKey):
        return rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    return Ed25519PrivateKey.generate()


def _signed(like: x509.Certificate, issuer: x509.Name, signer: _Key, own: _Key | None = None) -> x509.Certificate:
    """The same certificate by another authority; one with a key of its own is an authority itself."""
    public = own.public_key() if own is not None else like.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(like.subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(like.not_valid_before_utc)
        .not_valid_after(like.not_valid_after_utc)
    )
    for extension in like.extensions:
        # Both name a key, and the key is another.
        if not isinstance(extension.value, x509.AuthorityKeyIdentifier | x509.SubjectKeyIdentifier):
            builder = builder.add_extension(extension.value, critical=extension.critical)
    return builder.sign(signer, hashes.SHA256() if isinstance(signer, rsa.RSAPrivateKey) else None)


def _load(pem: bytes) -> _Key:
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, _Key):
        raise TypeError(f"Kubedrill makes no key like this one: {type(key).__name__}")
    return key


def _private(key: _Key) -> bytes:
    shape = serialization.PrivateFormat
    kind = shape.TraditionalOpenSSL if isinstance(key, rsa.RSAPrivateKey) else shape.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


MISMATCHED: tuple[Spoilt, ...] = (
    Spoilt(name="accounts-of-before", of=accounts_of_before),
    Spoilt(name="pki-of-before", of=pki_of_before),
    Spoilt(name="snapshot-alone", of=snapshot_alone),
)
