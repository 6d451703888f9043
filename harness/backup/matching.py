"""Which PKI and which snapshot belong together."""

from __future__ import annotations

from harness.backup.bundle import Bundle
from harness.backup.vault import DamagedBackupError
from harness.facts import Output
from harness.facts.certificates import AUTHORITIES
from harness.facts.pki import SA_PUB, read_certificate
from harness.facts.reading import shortened

SERVICE_ACCOUNTS = "sa"


def signing_keys(pki: Bundle) -> dict[str, str]:
    """The digest of each key that signs, as far as the PKI holds its public half."""
    found = {name: pki.files.get(f"{name}.crt") for name in AUTHORITIES}
    accounts = pki.files.get(f"{SERVICE_ACCOUNTS}.pub")
    try:
        keys = {name: read_certificate(pem).join_hash for name, pem in found.items() if pem is not None}
        if accounts is not None:
            keys[SERVICE_ACCOUNTS] = SA_PUB.parse(Output(status=0, stdout=accounts.decode())).digest
    except ValueError as bad:
        raise DamagedBackupError(f"A key in the backup cannot be read: {shortened(str(bad))}") from bad
    return keys


def unmatched(pki: dict[str, str], recorded: dict[str, str], published: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The keys of a PKI under which a snapshot was not taken, each with those under which it was.

    What was recorded beside the snapshot tells of all keys; the snapshot itself publishes only two, and always those.
    """
    told = {name: (recorded[name],) for name in pki if name in recorded and recorded[name] != pki[name]}
    inside = {name: tuple(sorted(published)) for name in _PUBLISHED if name in pki and pki[name] not in published}
    return inside | told


#: In each namespace as kube-root-ca.crt, and in kube-system as extension-apiserver-authentication.
_PUBLISHED = ("ca", "front-proxy-ca")
