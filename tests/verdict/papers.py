"""Certificates of a story: its leaves expire half a minute after it began."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from harness.facts.certificates import AUTHORITIES, LEAVES
from harness.providers.rehearsal.pki import YEAR, Forge, Pair
from tests.verdict.answers import MASTER, NEW_ADDRESS, OLD_ADDRESS, OLD_NAME
from tests.verdict.telling import BEGAN

_SIGNER = {"front-proxy-client": "front-proxy-ca", "apiserver-etcd-client": "etcd/ca"}
_FORGE = Forge(Random(11), BEGAN - timedelta(hours=1))
AUTHORITY = {name: _FORGE.authority(name) for name in AUTHORITIES}
OTHER_AUTHORITY = {name: _FORGE.authority(name) for name in AUTHORITIES}


def leaf(name: str, until: datetime, authority: dict[str, Pair] = AUTHORITY, address: str = NEW_ADDRESS) -> bytes:
    signer = _SIGNER.get(name, "etcd/ca" if name.startswith("etcd/") else "ca")
    called = OLD_NAME if address == OLD_ADDRESS else MASTER
    named = (address, called) if name in ("apiserver", "etcd/server", "etcd/peer") else ()
    return _FORGE.leaf(name, authority[signer], until - BEGAN + timedelta(hours=1), named).public


def leaves(until: datetime, address: str = OLD_ADDRESS) -> dict[str, bytes]:
    return {name: leaf(name, until, address=address) for name in LEAVES}


def of_nobody(name: str) -> bytes:
    """One that is good for an address that no machine has."""
    return leaf(name, BEGAN + YEAR, address="10.77.0.99")


def told(signed: dict[str, bytes], authority: dict[str, Pair] = AUTHORITY) -> str:
    """What `find` and `cat` say of these certificates."""
    files = {**{name: pair.public for name, pair in authority.items()}, **signed}
    return "".join(f"# {name}.crt\n{content.decode()}" for name, content in files.items())


_SOON, _LATE, _LONG_AGO = BEGAN + timedelta(seconds=30), BEGAN + YEAR, BEGAN - timedelta(minutes=5)
EXPIRING, RENEWED, EXPIRED = leaves(_SOON), leaves(_LATE, NEW_ADDRESS), leaves(_LONG_AGO)
#: One leaf that an authority of the same name signed, and not the one beside it.
UNSIGNED = {**EXPIRING, "apiserver": leaf("apiserver", _SOON, OTHER_AUTHORITY)}
UNSIGNED_ANEW = {**RENEWED, "apiserver": leaf("apiserver", _LATE, OTHER_AUTHORITY)}
OLD_KUBELET, NEW_KUBELET = (leaf("kubelet", until).decode() for until in (_SOON, _LATE))
