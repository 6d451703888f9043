"""Tokens and keys out of a seed, where a drill makes real ones: with them a storm has the same journal each time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from harness.providers.rehearsal.pki import Forge

_TODAY = datetime(2025, 1, 1, tzinfo=UTC)


@contextlib.contextmanager
def secrets_of(world: int) -> Iterator[None]:
    """Let nothing that is secret come from anywhere else, for as long as the block lasts."""
    chance = Random(world)

    def certificate(address: object) -> tuple[bytes, bytes]:  # noqa: ARG001 -- nobody calls a simulated vault by it
        # The signature of an elliptic curve has chance in it, that of Ed25519 none.
        pair = Forge(chance, _TODAY).authority("kubedrill-vault")
        return pair.public, pair.key

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("secrets.token_bytes", chance.randbytes)
        patch.setattr("secrets.choice", chance.choice)
        patch.setattr("cryptography.x509.random_serial_number", lambda: chance.getrandbits(120) + 1)
        patch.setattr("harness.backup.bucket_server._certificate", certificate)
        patch.setattr("harness.backup.mismatched._another", lambda _: _key(chance))
        patch.setattr("harness.backup.sftp_server.Ed25519PrivateKey", _Keys(chance))
        yield


def _key(chance: Random) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))


class _Keys:
    """What makes the key of an sftp client."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def generate(self) -> _ClientKey:
        """One more key."""
        return _ClientKey(_key(self._chance))


class _ClientKey:
    """A key of which each copy is the same: OpenSSH's own form has a number of chance in it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def public_key(self) -> Ed25519PublicKey:
        """The public half."""
        return self._key.public_key()

    def private_bytes(self, encoding: serialization.Encoding, *_: object) -> bytes:
        """The whole of it, in another form than is asked for."""
        return self._key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
