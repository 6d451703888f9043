"""What a scheduled backup sends becomes the bundle that recoveries know."""

from __future__ import annotations

import json
from collections.abc import Mapping

from harness.backup.bundle import Bundle
from harness.backup.control_plane import CONFIGURATION, node_record
from harness.backup.matching import signing_keys
from harness.backup.program import SNAPSHOT_DB, TREE
from harness.backup.snapshot import SNAPSHOT_FILE, cluster_record, member_record
from harness.backup.strict_tar import unpacked
from harness.backup.vault import DamagedBackupError
from harness.facts import Output
from harness.facts.etcd import ETCD_MEMBERS
from harness.facts.reading import shortened
from harness.strict_json import json_table

_KEPT = ("pki/", "manifests/")


def bundle_of(sent: Mapping[str, bytes]) -> Bundle:
    """The same files under a bundle's names, and the records that go with a snapshot; what is no backup is refused."""
    try:
        return _bundle(sent)
    except (ValueError, KeyError, TypeError, AttributeError) as bad:
        said = shortened(str(bad)) or type(bad).__name__
        raise DamagedBackupError(f"What was sent is no backup of a control plane: {said}") from bad


def _bundle(sent: Mapping[str, bytes]) -> Bundle:
    tree = unpacked(sent[TREE])
    files = {name if name.startswith(_KEPT) else f"files/{name}": content for name, content in tree.items()}
    for kind, (config_map, key) in CONFIGURATION.items():
        files[f"kubeadm/{kind}.yaml"] = _read(sent, config_map)["data"][key].encode()
    node = _read(sent, "node")
    files["node.json"] = json.dumps(node_record(node)).encode()
    members = ETCD_MEMBERS.parse(Output(status=0, stdout=sent["members.json"].decode())).members
    uid = _read(sent, "namespace")["metadata"]["uid"]
    return Bundle(
        {
            **files,
            SNAPSHOT_FILE: sent[SNAPSHOT_DB],
            **member_record(members, node["metadata"]["name"]),
            **cluster_record(uid, signing_keys(Bundle(files).below("pki"))),
        }
    )


def _read(sent: Mapping[str, bytes], name: str) -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json_table(sent[f"{name}.json"])
    return read
