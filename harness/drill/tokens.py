"""Credentials that are a token."""

from __future__ import annotations

from typing import Any

import yaml


def bearer_kubeconfig(admin: dict[str, Any], token: str) -> str:
    """A kubeconfig for the same cluster whose user is a bearer token."""
    name = "bearer"
    cluster = admin["clusters"][0]
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [cluster],
            "users": [{"name": name, "user": {"token": token}}],
            "contexts": [{"name": name, "context": {"cluster": cluster["name"], "user": name}}],
            "current-context": name,
        }
    )
