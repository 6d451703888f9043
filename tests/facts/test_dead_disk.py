"""What machine and etcd say of a disk that is dead: coreutils 9.7, etcd 3.6.5, containerd 1.7.24."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.facts import Output
from harness.facts.disk import ETCD_DISK_WRITE
from harness.facts.etcd_damage import ETCD_DATABASE, ETCD_DATABASE_LOG, ETCD_DISK_LOG
from harness.facts.manifest import ETCD_DATA_DIR

LOG = (Path(__file__).parent / "recorded/etcd-dead-disk.log").read_text()


def said(stdout: str, status: int = 0, stderr: str = "") -> Output:
    return Output(status=status, stdout=stdout, stderr=stderr)


def test_a_write_is_taken_or_refused_by_the_disk_and_every_other_refusal_is_no_answer() -> None:
    assert ETCD_DISK_WRITE.parse(said("")) == "written"
    dead = "dd: failed to open '/var/lib/etcd/kubedrill-write': Input/output error"
    assert ETCD_DISK_WRITE.parse(said("", 1, dead)) == "Input/output error"
    given_up = "dd: failed to open '/var/lib/etcd/kubedrill-write': Read-only file system"
    assert ETCD_DISK_WRITE.parse(said("", 1, given_up)) == "Read-only file system"
    with pytest.raises(ValueError, match=r"not for its disk: .*No space left"):
        ETCD_DISK_WRITE.parse(said("", 1, "dd: error writing '/var/lib/etcd/kubedrill-write': No space left on device"))


def test_etcds_last_words_name_the_error_of_its_disk() -> None:
    told = "discovery failed: cannot access data directory: open /var/lib/etcd/.touch: input/output error"
    assert ETCD_DISK_LOG.parse(said(LOG)) == told
    assert ETCD_DISK_LOG.parse(said(LOG.splitlines()[0])) == ETCD_DISK_LOG.nothing


def test_a_line_that_was_cut_still_names_the_error() -> None:
    assert "input/output error" in ETCD_DISK_LOG.parse(
        said('7Z stderr P {"msg":"x","error":"write: input/output error')
    )
    assert "input/output error" in ETCD_DISK_LOG.parse(said("panic: write: input/output error"))


def test_an_etcd_without_a_log_says_nothing_of_its_disk() -> None:
    with pytest.raises(ValueError, match="no log"):
        ETCD_DISK_LOG.parse(said(""))


def test_a_database_is_known_by_its_magic_number() -> None:
    assert ETCD_DATABASE.parse(said(" ed0cdaed\n")) == "a database"
    assert ETCD_DATABASE.parse(said(" 00000000\n")) == "no database"
    with pytest.raises(ValueError, match="No such file"):
        ETCD_DATABASE.parse(said("", 1, "od: /var/lib/etcd/member/snap/db: No such file or directory"))
    with pytest.raises(ValueError, match="four bytes: nothing"):
        ETCD_DATABASE.parse(said(""))


def test_an_error_of_the_disk_is_none_of_the_database() -> None:
    assert ETCD_DATABASE_LOG.parse(said(LOG)) == ETCD_DATABASE_LOG.nothing


def test_etcds_folder_is_that_of_its_volume_and_of_no_other() -> None:
    manifest = """
spec:
  volumes:
  - {hostPath: {path: /etc/kubernetes/pki/etcd, type: DirectoryOrCreate}, name: etcd-certs}
  - {hostPath: {path: /var/lib/etcd/from-backup, type: DirectoryOrCreate}, name: etcd-data}
"""
    assert ETCD_DATA_DIR.parse(said(manifest)) == "/var/lib/etcd/from-backup"
    with pytest.raises(ValueError, match="no volume 'etcd-data'"):
        ETCD_DATA_DIR.parse(said("spec: {volumes: [{name: etcd-data, emptyDir: {}}]}"))
    with pytest.raises(ValueError, match="No such file"):
        ETCD_DATA_DIR.parse(said("", 1, "cat: /etc/kubernetes/manifests/etcd.yaml: No such file or directory"))
