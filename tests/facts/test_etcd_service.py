"""What a machine tells of an etcd that is a service."""

from __future__ import annotations

import pytest

from harness.facts import Output
from harness.facts.etcd_service import ETCD_FILES, ETCD_PROCESS, ETCD_UNIT

SHOWN = (
    "{ path=/usr/local/bin/etcd ; argv[]=/usr/local/bin/etcd --name=etcd1 --data-dir=/var/lib/etcd/from-backup"
    " --client-cert-auth=true ; ignore_errors=no ; start_time=[n/a] }\n"
)


def said(text: str, status: int = 0) -> Output:
    return Output(status=status, stdout=text, stderr="")


def test_the_running_process_tells_its_account_and_its_directory() -> None:
    found = ETCD_PROCESS.parse(said("\netcd     /usr/local/bin/etcd --name=etcd1 --data-dir=/var/lib/etcd --x=y\n \n"))
    assert (found.account, found.data_dir) == ("etcd", "/var/lib/etcd")


@pytest.mark.parametrize("text", ["", "etcd etcd --data-dir=/a\netcd etcd --data-dir=/b\n", "etcd etcd --name=a\n"])
def test_none_or_two_or_one_without_a_directory_is_no_answer(text: str) -> None:
    with pytest.raises(ValueError, match="not one etcd"):
        ETCD_PROCESS.parse(said(text))


def test_the_unit_tells_where_etcd_would_start() -> None:
    assert ETCD_UNIT.parse(said(SHOWN)) == "/var/lib/etcd/from-backup"
    with pytest.raises(ValueError, match="no unit of etcd"):
        ETCD_UNIT.parse(said("\n"))


def test_files_that_go_meanwhile_are_no_trouble_and_none_at_all_is_no_answer() -> None:
    files = ETCD_FILES.parse(said("600 root /var/lib/etcd/b\n700 etcd /var/lib/etcd\n", status=1))
    assert [(file.path, file.owner, file.is_private) for file in files] == [
        ("/var/lib/etcd", "etcd", True),
        ("/var/lib/etcd/b", "root", True),
    ]
    with pytest.raises(ValueError, match="etcd has no files"):
        ETCD_FILES.parse(said("", status=1))
