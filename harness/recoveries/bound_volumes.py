"""Volumes that are bound to a Node by its name, which nobody can change in them."""

from __future__ import annotations

import json
from typing import Any

from harness.lab import Node
from harness.strict_json import json_value

_MANIFEST = "/run/kubedrill-volume.json"
_HOSTNAME = "kubernetes.io/hostname"


def bind_anew(node: Node, old: str, new: str) -> None:
    """Make each volume of the old name anew, with the new one; its claim stays, and is bound to it again."""
    told = json_value(node.run(["kubectl", "get", "persistentvolumes", "--output=json"]).stdout)
    for volume in told["items"]:
        spec = _told(volume["spec"], old, new)
        if spec == volume["spec"]:
            continue
        kept = {key: volume["metadata"][key] for key in ("name", "labels", "annotations") if key in volume["metadata"]}
        anew = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": kept, "spec": spec}
        node.put(_MANIFEST, json.dumps(anew), 0o600)
        # A volume that a claim has is only marked for deletion; without its finalizer it goes, and the claim waits.
        node.run(["kubectl", "delete", "persistentvolume", kept["name"], "--wait=false"])
        node.run(["kubectl", "patch", "persistentvolume", kept["name"], '--patch={"metadata":{"finalizers":null}}'])
        node.run(["kubectl", "create", f"--filename={_MANIFEST}"])
        node.run(["rm", _MANIFEST])


def _told(spec: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    terms = [
        {**term, "matchExpressions": [_renamed(one, old, new) for one in term.get("matchExpressions", [])]}
        for term in spec.get("nodeAffinity", {}).get("required", {}).get("nodeSelectorTerms", [])
    ]
    return {**spec, "nodeAffinity": {"required": {"nodeSelectorTerms": terms}}} if terms else spec


def _renamed(expression: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    if expression["key"] != _HOSTNAME:
        return expression
    return {**expression, "values": [new if value == old else value for value in expression.get("values", [])]}
