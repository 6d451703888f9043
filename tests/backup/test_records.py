"""The records beside a snapshot, the manifests of vaults and their names are anybody's text until they are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.backup import Bundle, DamagedBackupError, FolderVault
from harness.backup.matching import signing_keys
from harness.backup.received import bundle_of
from harness.backup.records import CLUSTER, MEMBER, cluster_of, member_of

URL = "https://10.77.0.11:2380"


def member(name: object, *urls: object) -> Bundle:
    return Bundle({MEMBER: json.dumps({"name": name, "peer_urls": urls}).encode()})


def test_a_member_and_a_cluster_are_read_back_as_they_were_written() -> None:
    record = member_of(member("master1", URL))
    assert (record.name, record.peer_urls) == ("master1", [URL])
    assert member_of(Bundle(record.file)) == record
    cluster = cluster_of(Bundle({CLUSTER: b'{"uid": "u-1"}'}))
    assert (cluster.uid, cluster.keys) == ("u-1", {})


@pytest.mark.parametrize(
    "bundle",
    [
        # Words of a command line of etcdutl: a comma there begins another member, a hyphen an option.
        member("master1,evil=https://10.0.0.1:2380", URL),
        member("--data-dir=/etc", URL),
        member("", URL),
        member("master1"),
        member("master1", f"{URL},evil=https://10.0.0.1:2380"),
        member("master1", "file:///etc/passwd"),
        member("master1", 7),
        member(None, URL),
        Bundle({MEMBER: b"[]"}),
        Bundle({MEMBER: b"{" * 5_000}),
        Bundle({MEMBER: b"\xff"}),
        Bundle({}),
    ],
)
def test_a_member_that_etcd_could_not_have_is_refused(bundle: Bundle) -> None:
    with pytest.raises(DamagedBackupError, match="member"):
        member_of(bundle)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"keys": {}}', b'{"uid": 7, "keys": []}'])
def test_a_cluster_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(DamagedBackupError, match="cluster"):
        cluster_of(Bundle({CLUSTER: content}))


@pytest.mark.parametrize("name", ["../escaped", "/etc/escaped", "a/../../escaped", "", ".", "a//b", "a\nb", "x" * 300])
def test_a_vault_stores_and_loads_nothing_beside_itself(tmp_path: Path, name: str) -> None:
    vault = FolderVault(tmp_path / "vault")
    (tmp_path / "vault/b").mkdir(parents=True)
    with pytest.raises(DamagedBackupError, match="outside"):
        vault.store("b", Bundle({name: b"x"}))
    (tmp_path / "vault/b/manifest.json").write_text(json.dumps({name: "0" * 64}))
    with pytest.raises(DamagedBackupError, match="outside"):
        vault.load("b")
    assert not list(tmp_path.rglob("escaped"))


def test_a_link_in_a_vault_is_no_file_of_it(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "vault/b").mkdir(parents=True)
    (tmp_path / "vault/b/a").symlink_to(tmp_path / "secret")
    (tmp_path / "vault/b/manifest.json").write_text(json.dumps({"a": "0" * 64}))
    with pytest.raises(DamagedBackupError, match="no plain file 'a'"):
        FolderVault(tmp_path / "vault").load("b")


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 5_000])
def test_a_manifest_that_is_none_is_a_damaged_backup(tmp_path: Path, text: str) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b/manifest.json").write_text(text)
    with pytest.raises(DamagedBackupError, match="manifest"):
        FolderVault(tmp_path).load("b")


def test_what_was_sent_and_is_no_backup_is_refused_in_a_sentence() -> None:
    with pytest.raises(DamagedBackupError, match="no backup of a control plane"):
        bundle_of({})
    with pytest.raises(DamagedBackupError, match="cannot be read"):
        signing_keys(Bundle({"ca.crt": b"no certificate"}))
