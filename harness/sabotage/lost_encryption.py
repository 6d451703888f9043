"""The keys that Secrets were encrypted with are not there, or not the same."""

from __future__ import annotations

import base64
import hashlib

from harness.backup import Bundle
from harness.backup.keys import ENCRYPTION_FILE
from harness.cluster import encryption
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage


class LostEncryption(Sabotage):
    """Whatever becomes of encryption keys is for clusters that have some."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where nothing is encrypted no key is missed."""
        return None if drill.encrypted else "nothing is encrypted in etcd"


class ForgottenEncryptionKeys(LostEncryption):
    """The API server is told of keys that nobody has kept."""

    name = "forgotten-encryption-keys"
    does = "leaves the encryption keys out of the backup"
    expected = Expected(verdict="failed", names="encryption/config.yaml")

    def bundle(self, bundle: Bundle) -> Bundle:
        """All but the file with the keys."""
        return bundle.only(lambda name: name != ENCRYPTION_FILE)


class AnotherEncryptionKey(LostEncryption):
    """Somebody made a new key, and everything starts."""

    name = "another-encryption-key"
    does = "hands the recovery a new encryption key under the old name"
    expected = Expected(verdict="failed", names="encryption keys")

    def bundle(self, bundle: Bundle) -> Bundle:
        """The same file with another key."""
        key = base64.b64encode(hashlib.sha256(bundle.files[ENCRYPTION_FILE]).digest()).decode()
        return Bundle({**bundle.files, ENCRYPTION_FILE: encryption.configuration(key).encode()})
