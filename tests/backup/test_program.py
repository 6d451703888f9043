"""The program on a control plane, for each kind of vault."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from harness.backup.access import Store
from harness.backup.bucket_client import CALL
from harness.backup.program import program
from harness.backup.sftp_client import SFTP

SENT = [
    *("kubernetes.tar.gz", "members.json", "namespace.json", "node.json"),
    *("kubeadm-config.json", "kubelet-config.json", "kube-proxy.json", "snapshot.db", "manifest.json"),
]


@pytest.mark.parametrize("store", Store)
def test_the_program_is_a_shell_script_without_fault(store: Store) -> None:
    shell = shutil.which("dash") or shutil.which("sh")
    assert shell is not None
    checked = subprocess.run([shell, "-n"], input=program(store), text=True, check=False, capture_output=True)
    assert checked.stderr == ""


def test_over_sftp_the_manifest_goes_last_and_the_name_after_it() -> None:
    puts = [line for line in program(Store.SFTP).splitlines() if line.startswith(("put ", "rename "))]
    assert puts == [*(f"put -f {name} $name.part/" for name in SENT), "rename $name.part $name"]


def test_into_a_bucket_the_manifest_goes_last_and_goes_away_first() -> None:
    text = program(Store.BUCKET)
    assert f"for one in {' '.join(SENT)}; do" in text
    assert f"/{{{','.join(reversed(SENT))}}}" in text


@pytest.mark.parametrize("store", Store)
def test_what_is_made_is_the_same_for_each_kind_of_vault_and_so_is_what_is_kept(store: Store) -> None:
    text, other = (program(one).splitlines() for one in (store, next(one for one in Store if one is not store)))
    where = text.index("limit=")
    assert text[: where + 1] == other[: where + 1]
    assert text[text.index("send") :] == other[other.index("send") :]


def test_nobody_is_asked_for_a_password_and_no_unknown_host_is_trusted() -> None:
    options = set(SFTP)
    assert {"BatchMode=yes", "StrictHostKeyChecking=yes", "IdentitiesOnly=yes"} <= options
    assert "GlobalKnownHostsFile=/dev/null" in options


def test_curl_gets_its_key_from_a_file_and_trusts_no_certificate_but_one() -> None:
    assert CALL == ("curl", "--config", "/etc/kubedrill-backup/curl")
    called = [line for line in program(Store.BUCKET).splitlines() if "curl" in line]
    assert [line.strip() for line in called] == ['curl --config /etc/kubedrill-backup/curl $limit "$@"']
    assert "insecure" not in program(Store.BUCKET)
