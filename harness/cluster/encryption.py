"""Secrets are encrypted before they reach etcd, by a key that lies beside the control plane and never in etcd."""

from __future__ import annotations

import base64
import posixpath
import secrets
from collections.abc import Mapping
from typing import Any

import yaml

from harness.errors import LabError
from harness.facts.encryption import ENCRYPTION_CONFIG
from harness.facts.reading import read_yaml, shortened

_FOLDER = posixpath.dirname(ENCRYPTION_CONFIG)
_KEY_BYTES = 32
API_SERVER: Mapping[str, Any] = {
    "extraArgs": [{"name": "encryption-provider-config", "value": ENCRYPTION_CONFIG}],
    "extraVolumes": [
        {
            "name": "encryption",
            "hostPath": _FOLDER,
            "mountPath": _FOLDER,
            "readOnly": True,
            "pathType": "Directory",
        }
    ],
}


def files() -> dict[str, str]:
    """The file that has to be there before the API server starts, by path, with a key that nobody has seen."""
    return {ENCRYPTION_CONFIG: configuration(base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode())}


def configuration(key: str) -> str:
    """New Secrets are encrypted with this key; what was written before there was one can be read still."""
    providers: list[dict[str, Any]] = [{"secretbox": {"keys": [{"name": "key1", "secret": key}]}}, {"identity": {}}]
    document = {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "EncryptionConfiguration",
        "resources": [{"resources": ["secrets"], "providers": providers}],
    }
    return yaml.safe_dump(document, sort_keys=False)


def keys_in(text: str) -> list[str]:
    """The keys in such a file."""
    try:
        resources = read_yaml(text)["resources"]
        given = (each for one in resources for provider in one["providers"] for each in provider.values())
        return [str(key["secret"]) for one in given for key in one.get("keys", [])]
    except (ValueError, KeyError, TypeError, AttributeError) as bad:
        raise LabError(f"The file '{ENCRYPTION_CONFIG}' does not tell its keys: {shortened(str(bad))}") from bad
