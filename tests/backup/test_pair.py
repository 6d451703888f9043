"""A backup of two files comes out as it went in, or not at all."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from datetime import UTC, datetime

import pytest

from harness.backup import Bundle, DamagedBackupError
from harness.backup.pair import described, encryption_keys, packed, separated
from harness.backup.records import CLUSTER
from harness.backup.snapshot import SNAPSHOT_FILE
from harness.backup.strict_tar import unpacked

TAKEN = datetime(2020, 3, 18, 22, 2, 18, tzinfo=UTC)
SNAPSHOT, ARCHIVE = "snapshot_2020-03-18_220218.db", "static_kuberesources_2020-03-18_220218.tar.gz"
MANIFEST = "manifest_2020-03-18_220218.json"
BUNDLE = Bundle(
    {
        SNAPSHOT_FILE: b"all keys",
        CLUSTER: b'{"uid": "u-1"}',
        "pki/ca.key": b"key",
        "manifests/etcd.yaml": b"kind: Pod\n",
    }
)
KEYS = b"apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: []\n"


def tar(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for entry, content in entries:
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(buffer.getvalue())


def special(kind: bytes, name: str = "pki/ca.key", target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry, b""


def plain(name: str, content: bytes = b"x") -> tuple[tarfile.TarInfo, bytes]:
    return tarfile.TarInfo(name), content


def test_the_pair_has_the_names_of_the_runbook_and_comes_out_as_it_went_in() -> None:
    pair = packed(BUNDLE, TAKEN)
    assert sorted(pair.files) == [MANIFEST, SNAPSHOT, ARCHIVE]
    assert pair.files[SNAPSHOT] == b"all keys"
    assert separated(pair).files == BUNDLE.files
    assert packed(BUNDLE, TAKEN).digests == pair.digests


def test_its_manifest_tells_the_digests_and_the_cluster() -> None:
    pair = packed(BUNDLE, TAKEN)
    told = json.loads(pair.files[MANIFEST])
    assert told["files"] == {name: pair.digests[name] for name in (SNAPSHOT, ARCHIVE)}
    assert told["kube_system_uid"] == "u-1"
    assert described(pair)["archive"] == ["etcd/cluster.json", "manifests/etcd.yaml", "pki/ca.key"]


@pytest.mark.parametrize("name", [SNAPSHOT, ARCHIVE])
def test_a_file_that_is_another_is_refused_by_name(name: str) -> None:
    pair = packed(BUNDLE, TAKEN)
    with pytest.raises(DamagedBackupError, match=f"'{name}' is not what was stored"):
        separated(Bundle({**pair.files, name: pair.files[name] + b"x"}))


def test_files_of_two_moments_are_no_pair() -> None:
    one, two = packed(BUNDLE, TAKEN), packed(BUNDLE, TAKEN.replace(second=19))
    mixed = {**one.only(lambda name: name != SNAPSHOT).files, **two.only(lambda name: name.endswith(".db")).files}
    with pytest.raises(DamagedBackupError, match="no backup of one moment"):
        separated(Bundle(mixed))


def test_an_archive_of_another_cluster_is_refused() -> None:
    pair = packed(BUNDLE, TAKEN)
    told = {**json.loads(pair.files[MANIFEST]), "kube_system_uid": "u-2"}
    with pytest.raises(DamagedBackupError, match="of another cluster"):
        separated(Bundle({**pair.files, MANIFEST: json.dumps(told).encode()}))


def test_keys_that_open_what_is_encrypted_are_named_and_words_about_them_are_not() -> None:
    kept = Bundle({"files/enc/keys.yaml": KEYS, "manifests/a.yaml": b"# EncryptionConfiguration\nkind: Pod\n"})
    assert encryption_keys(kept) == ["files/enc/keys.yaml"]
    assert json.loads(packed(Bundle({**BUNDLE.files, **kept.files}), TAKEN).files[MANIFEST])["encryption_keys"]


@pytest.mark.parametrize(
    "entry",
    [
        special(tarfile.SYMTYPE, target="/etc/shadow"),
        special(tarfile.LNKTYPE, target="pki/ca.crt"),
        special(tarfile.CHRTYPE),
        special(tarfile.BLKTYPE),
        special(tarfile.FIFOTYPE),
        special(tarfile.DIRTYPE),
    ],
    ids=["symlink", "hard link", "character device", "block device", "fifo", "folder"],
)
def test_what_is_no_plain_file_is_refused(entry: tuple[tarfile.TarInfo, bytes]) -> None:
    with pytest.raises(DamagedBackupError, match="no plain file"):
        unpacked(tar(plain("pki/ca.crt"), entry))


@pytest.mark.parametrize(
    "name", ["/etc/shadow", "../shadow", "pki/../../shadow", "./ca.key", "pki//ca.key", "a\nb", "a\\..\x01"]
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(DamagedBackupError, match="outside of it"):
        unpacked(tar(plain(name)))


def test_a_name_twice_or_as_file_and_folder_is_refused() -> None:
    with pytest.raises(DamagedBackupError, match="'a' twice"):
        unpacked(tar(plain("a"), plain("a", b"y")))
    with pytest.raises(DamagedBackupError, match="'a' as a file and as the folder of 'a/b'"):
        unpacked(tar(plain("a"), plain("a/b")))


def test_an_archive_that_grows_beyond_measure_is_refused_before_it_has() -> None:
    with pytest.raises(DamagedBackupError, match="more than 4096 bytes"):
        unpacked(tar(plain("a", bytes(1 << 24))), most_bytes=4096)
    with pytest.raises(DamagedBackupError, match="more than 2 files"):
        unpacked(tar(plain("a"), plain("b"), plain("c")), most_files=2)


def test_an_archive_that_ends_too_early_or_too_late_is_refused() -> None:
    whole = tar(plain("a"))
    for broken in (whole[:-4], whole + b"x", b"", b"PK\x03\x04"):
        with pytest.raises(DamagedBackupError):
            unpacked(broken)
