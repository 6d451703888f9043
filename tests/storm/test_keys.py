"""What is secret comes from the seed alone."""

from __future__ import annotations

import secrets
from ipaddress import IPv4Address

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.backup import bucket_server, mismatched, sftp_server
from tests.storm.keys import secrets_of


def made(world: int) -> list[object]:
    form = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    with secrets_of(world):
        return [
            secrets.token_hex(16),
            secrets.choice(range(1000)),
            x509.random_serial_number(),
            bucket_server._certificate(IPv4Address("10.77.0.31")),
            mismatched._another(Ed25519PrivateKey.generate()).private_bytes_raw(),  # type: ignore[union-attr]
            sftp_server.Ed25519PrivateKey.generate().private_bytes(*form),
        ]


def test_the_same_world_has_the_same_secrets_and_another_one_others() -> None:
    assert made(1) == made(1)
    assert not [one for one, other in zip(made(1), made(2), strict=True) if one == other]


def test_outside_of_a_storm_no_secret_is_known() -> None:
    made(1)
    assert secrets.token_hex(16) != secrets.token_hex(16)
    assert bucket_server._certificate(IPv4Address("10.77.0.31")) != bucket_server._certificate(
        IPv4Address("10.77.0.31")
    )
