"""Encryption at rest, as far as it has consequences: without the key of before no Secret of before is read."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.providers.rehearsal.documents import load_yaml
from harness.providers.rehearsal.etcd import Item
from harness.providers.seam import ApiError

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_ENVELOPE = "k8s:enc:secretbox:v1"
#: How an object tells with which key it was stored; no API shows it.
_SEAL = "sealed"


class Sealing:
    """What one API server does with Secrets on their way to etcd and back."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        providers = [provider for one in config.get("resources", []) for provider in one["providers"]]
        keys = [key for provider in providers for key in provider.get("secretbox", {}).get("keys", [])]
        self._seals = [f"{key['name']}:{hashlib.sha256(key['secret'].encode()).hexdigest()}" for key in keys]

    def seal(self, item: Item) -> Item:
        """The object as it is stored."""
        if item["kind"] != "Secret":
            return item
        plain = {key: value for key, value in item.items() if key != _SEAL}
        return {**plain, _SEAL: self._seals[0]} if self._seals else plain

    def can_read(self, item: Item) -> bool:
        """Whether it was stored in the clear, or with a key that is there."""
        return _SEAL not in item or item[_SEAL] in self._seals

    def demand_key(self, *items: Item) -> None:
        """Refuse, as the API does, what was stored with a key that is not there."""
        for item in items:
            if not self.can_read(item):
                path = "/registry/secrets/{namespace}/{name}".format(**item["metadata"])
                said = f'Internal error occurred: unable to transform key "{path}": no matching key was found'
                raise ApiError(f"The API answered: {said} for the provided Secretbox transformer", 500)


def sealing(machine: SimulatedMachine, path: str | None) -> Sealing:
    """What the configuration at this path asks for; without one Secrets are stored as they are."""
    return Sealing(load_yaml(machine.read(path) or b"{}") if path else {})


def value_in_etcd(item: Item) -> str:
    """The value that etcd holds for an object, in base64."""
    name, _, digest = str(item.get(_SEAL, "")).partition(":")
    plain = b"k8s\0" + json.dumps(item, sort_keys=True).encode()
    stored = f"{_ENVELOPE}:{name}:{digest}".encode() if name else plain
    return base64.b64encode(stored).decode()
