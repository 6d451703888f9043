"""Facts of a snapshot and of a customised control plane: blkid 2.41, etcdutl 3.6.5, Kubernetes 1.34.4."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.facts import Output
from harness.facts.config import KUBELET_SETTINGS
from harness.facts.disk import ETCD_DISK_CONTENT
from harness.facts.life import ADMISSION
from harness.facts.objects import LATE_OBJECT, NAMESPACES
from harness.facts.pki import read_certificate
from harness.facts.snapshot import (
    SNAPSHOT_AUTHORITIES,
    SNAPSHOT_CLUSTER,
    SNAPSHOT_DIGEST,
    SNAPSHOT_STATUS,
    SNAPSHOT_TRIAL,
)
from harness.facts.untouched import CONTROL_PLANE_FILES

DISK = (
    "DEVNAME=/dev/disk/kubedrill/etcd\nLABEL=etcd\nUUID=77d4fe40-d98d-4415-a2c7-9a171cf0260e\nVERSION=1.0\nTYPE=ext4\n"
)
RESTORING = "2026-11-21T17:32:26Z	info	snapshot/v3_snapshot.go:305	restoring snapshot"
REFUSED = (
    'The API answered: pods "privileged" is forbidden: violates PodSecurity "baseline:latest": privileged'
    ' (container "canary" must not set securityContext.privileged=true)'
)


def said(stdout: str, status: int = 0, stderr: str = "") -> Output:
    return Output(status=status, stdout=stdout, stderr=stderr)


def test_a_snapshots_hash_and_revision_are_read() -> None:
    text = '{"hash":4236284203,"revision":647,"totalKey":433,"totalSize":1318912,"version":"3.6.0"}\n'
    snapshot = SNAPSHOT_STATUS.parse(said(text))
    assert (snapshot.hash, snapshot.revision, snapshot.keys, snapshot.bytes) == (4236284203, 647, 433, 1318912)


def test_a_digest_is_read_and_a_complaint_is_none() -> None:
    assert SNAPSHOT_DIGEST.parse(said(f"{'ab' * 32}  /run/kubedrill-snapshot.db\n")) == "ab" * 32
    with pytest.raises(ValueError, match="No such file"):
        SNAPSHOT_DIGEST.parse(said("", 1, "sha256sum: /run/kubedrill-snapshot.db: No such file or directory"))


def test_a_disk_is_known_by_the_file_system_on_it_and_an_empty_one_is_no_answer() -> None:
    assert ETCD_DISK_CONTENT.parse(said(DISK)) == "77d4fe40-d98d-4415-a2c7-9a171cf0260e"
    with pytest.raises(ValueError, match="without a file system"):
        ETCD_DISK_CONTENT.parse(said("DEVNAME=/dev/disk/kubedrill/etcd\n"))


def test_a_pod_is_admitted_or_refused_for_its_rights_and_every_other_refusal_is_no_answer() -> None:
    assert ADMISSION.parse(said('{"admitted": "u"}')) == ""
    assert ADMISSION.parse(said("", 403, REFUSED)).startswith('violates PodSecurity "baseline:latest"')
    with pytest.raises(ValueError, match="neither admitted nor refused"):
        ADMISSION.parse(said("", 403, "The API answered: pods is forbidden: User cannot create resource"))
    with pytest.raises(ValueError, match="its rights: The API answered: error when"):
        ADMISSION.parse(said("no matter", 500, f"The API answered: error when {REFUSED}"))
    for stdout, words in (("no matter", "no matter"), ("", "nothing")):
        with pytest.raises(ValueError, match=f"its rights: {words}$"):
            ADMISSION.parse(said(stdout, 403))


RECORDED = Path(__file__).parent / "recorded"


def test_authorities_are_found_in_a_snapshots_bytes_and_halves_of_them_are_not(tmp_path: Path) -> None:
    ca, other = ((RECORDED / name).read_text() for name in ("ca.crt", "other-ca.crt"))
    file = tmp_path / "snapshot.db"
    half = f"ca.crt\x12\xd3{other[:300]}-----END CERTIFICATE-----\n".encode("latin-1")
    file.write_bytes(b"k8s\0\n\x06ca.crt\x12\xd3\x08" + ca.encode() + b"\x1a\0" + half + b"\0" + ca.encode())
    for locale in ("C", "C.UTF-8"):
        argv = [*SNAPSHOT_AUTHORITIES.argv[:-1], str(file)]
        done = subprocess.run(argv, capture_output=True, env={"LC_ALL": locale}, check=False)
        found = SNAPSHOT_AUTHORITIES.parse(said(done.stdout.decode(), done.returncode))
        assert found == {read_certificate(ca.encode()).join_hash}


def test_a_snapshot_that_publishes_no_authority_is_no_answer() -> None:
    with pytest.raises(ValueError, match="status 1 instead of an answer"):
        SNAPSHOT_AUTHORITIES.parse(said("", 1))
    with pytest.raises(ValueError, match="publishes no authority"):
        SNAPSHOT_AUTHORITIES.parse(said("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\0"))


def test_kubelets_settings_are_read_by_their_paths() -> None:
    text = '{"kubeletconfig":{"maxPods":48,"evictionHard":{"memory.available":"50Mi"}}}'
    assert dict(KUBELET_SETTINGS.parse(said(text)).values) == {
        "maxPods": "48",
        "evictionHard.memory.available": '"50Mi"',
    }


def test_an_object_that_the_api_does_not_find_is_gone() -> None:
    assert LATE_OBJECT.parse(said("", 404, "not found")) is None
    assert LATE_OBJECT.parse(said('{"uid": "u-1"}')) == "u-1"


def test_namespaces_are_listed_by_name_and_an_api_that_is_away_lists_none() -> None:
    assert NAMESPACES.parse(said("namespace/default\nnamespace/drill\n")) == ("default", "drill")
    with pytest.raises(ValueError, match="was refused"):
        NAMESPACES.parse(said("", 1, "The connection to the server 10.77.0.100:6443 was refused"))
    with pytest.raises(ValueError, match="without namespaces"):
        NAMESPACES.parse(said(""))


def test_a_snapshot_is_of_one_cluster_however_often_its_namespace_was_written() -> None:
    uid = "8e12ee55-62bf-4b06-9ba2-3b0c9a6f7b1f"
    assert SNAPSHOT_CLUSTER.parse(said(f"{uid}\n{uid}\n")) == uid
    with pytest.raises(ValueError, match="has 2 UIDs"):
        SNAPSHOT_CLUSTER.parse(said(f"{uid}\n{uid[:-1]}0\n"))
    with pytest.raises(ValueError, match="status 1"):
        SNAPSHOT_CLUSTER.parse(said("", 1))


def test_a_snapshot_that_cannot_be_restored_says_why() -> None:
    assert SNAPSHOT_TRIAL.parse(said(""))
    with pytest.raises(ValueError, match=r"etcdutl says: Error: expected sha256 \[78"):
        SNAPSHOT_TRIAL.parse(said("", 1, f"{RESTORING}\nError: expected sha256 [78 201], got [211 189]\n"))
    with pytest.raises(ValueError, match="etcdutl says: panic: assertion failed: Page expected to be: 285"):
        SNAPSHOT_STATUS.parse(
            said("", 2, f"{RESTORING}\npanic: assertion failed: Page expected to be: 285\n\ngoroutine 104:")
        )
    with pytest.raises(ValueError, match="etcdutl says: nothing"):
        SNAPSHOT_TRIAL.parse(said("", 137))


def test_files_are_known_by_inode_and_time() -> None:
    assert CONTROL_PLANE_FILES.parse(said("/etc/kubernetes 1 2.5\n/etc/kubernetes/a b 3 4.5\n")) == {
        "/etc/kubernetes": "1 2.5",
        "/etc/kubernetes/a b": "3 4.5",
    }
    with pytest.raises(ValueError, match="No such file"):
        CONTROL_PLANE_FILES.parse(said("", 1, "find: '/etc/kubernetes': No such file or directory"))
    with pytest.raises(ValueError, match="not a list of files: nothing"):
        CONTROL_PLANE_FILES.parse(said(""))
