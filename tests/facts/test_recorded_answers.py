"""Facts read what the real programs said: kubeadm 1.34.4, etcdctl 3.6.5, findmnt 2.38."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.facts import FACTS, Output, fact_named
from harness.facts.boot import BOOT_ID, BOOT_START
from harness.facts.config import CLUSTER_INFO, KUBEADM_CONFIG
from harness.facts.disk import ETCD_DISK, OS_DISK, ROOT_DISK
from harness.facts.etcd import ETCD_ALARMS, ETCD_CLUSTER, ETCD_HASH, ETCD_MEMBERS, ETCD_STATUS
from harness.facts.join import JOIN, JOIN_COMMAND, JOIN_WRONG_HASH
from harness.facts.life import API_WRITE, OLD_TOKEN, RESOLVE
from harness.facts.objects import PODS, SPARE_NODE
from harness.facts.pki import CA_CERT, PKI_FILES, SA_PUB
from harness.facts.sandbox import POD_SANDBOXES
from harness.facts.witness import API_LEDGER, BACKUP_FILES
from tests.verdict.answers import CA, HASH, OTHER_CA, OTHER_HASH, OTHER_SA, SA, cluster_info

HEADER = '"header":{"cluster_id":324952591200643719,"member_id":3319814642761637952,"raft_term":2}'
RECORDED = Path(__file__).parent / "recorded"


def said(stdout: str, status: int = 0, stderr: str = "") -> Output:
    return Output(status=status, stdout=stdout, stderr=stderr)


def test_every_fact_has_a_name_of_its_own_by_which_it_is_found() -> None:
    assert len({fact.name for fact in FACTS}) == len(FACTS)
    assert all(fact_named(fact.name) is fact for fact in FACTS)
    assert all(fact.argv for fact in FACTS)
    assert fact_named("no-such-fact") is None


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
@pytest.mark.parametrize("text", ["", "\x00", "null", "[]", "{}", "7", '"x"', "[null]", '{"data":null}', "{" * 2000])
def test_nonsense_is_answered_or_refused_with_a_value_error_and_nothing_else(fact: object, text: str) -> None:
    for status in (0, 1, 404):
        try:
            fact.parse(said(text, status))  # type: ignore[attr-defined]
        except ValueError:
            continue


def test_the_join_hash_is_the_one_that_openssl_computes_in_kubeadms_handbook() -> None:
    # openssl x509 -pubkey -in ca.crt | openssl rsa -pubin -outform der | openssl dgst -sha256 -hex
    assert CA_CERT.parse(said(CA)).join_hash == HASH
    assert CA_CERT.parse(said(OTHER_CA)).join_hash == OTHER_HASH


def test_cluster_info_tells_the_same_join_hash_as_the_certificate() -> None:
    answer = CLUSTER_INFO.parse(said(json.dumps(cluster_info(CA))))
    assert (answer.join_hash, answer.server) == (HASH, "https://10.77.0.11:6443")


def test_the_join_command_is_read_with_its_token_redacted() -> None:
    text = f"kubeadm join 10.77.0.100:6443 --token [bootstrap token] --discovery-token-ca-cert-hash {HASH} \n"
    answer = JOIN_COMMAND.parse(said(text))
    assert (answer.endpoint, answer.join_hash) == ("10.77.0.100:6443", HASH)


def test_two_service_account_keys_are_told_apart_and_one_is_itself_whatever_its_line_ends() -> None:
    assert SA_PUB.parse(said(SA)) == SA_PUB.parse(said(SA.replace("\n", "\r\n")))
    assert SA_PUB.parse(said(SA)) != SA_PUB.parse(said(OTHER_SA))


def test_file_modes_are_read_and_keys_known_as_secret() -> None:
    text = (
        "600 root /etc/kubernetes/pki/ca.key\n644 root /etc/kubernetes/pki/ca.crt\n640 root /etc/kubernetes/a b.conf\n"
    )
    files = {file.path: file for file in PKI_FILES.parse(said(text))}
    assert files["/etc/kubernetes/pki/ca.key"].is_secret
    assert files["/etc/kubernetes/pki/ca.key"].is_private
    assert not files["/etc/kubernetes/pki/ca.crt"].is_secret
    assert files["/etc/kubernetes/a b.conf"].is_secret
    assert not files["/etc/kubernetes/a b.conf"].is_private


def test_a_mount_is_read_with_a_null_uuid() -> None:
    text = '{"filesystems":[{"source":"/dev/vda","uuid":null,"fstype":"ext4","target":"/"}]}'
    mount = ROOT_DISK.parse(said(text))
    assert (mount.source, mount.uuid, mount.identity) == ("/dev/vda", None, "/dev/vda")


def test_findmnts_silent_status_1_means_that_nothing_is_mounted() -> None:
    assert not ETCD_DISK.parse(said("", status=1)).mounted


def test_findmnts_complaints_are_no_answer() -> None:
    with pytest.raises(ValueError, match="status 1"):
        ETCD_DISK.parse(said("", status=1, stderr="findmnt: can't read /proc/mounts"))


def test_the_visible_mount_is_the_last_one() -> None:
    text = '{"filesystems":[{"source":"/dev/loop1","uuid":"u1"},{"source":"/dev/loop2","uuid":"u2"}]}'
    assert ETCD_DISK.parse(said(text)).uuid == "u2"


def test_the_disk_marker_and_the_boot_id_are_read() -> None:
    assert OS_DISK.parse(said('{"slot":"a","serial":"kd-7"}')).slot == "a"
    assert BOOT_ID.parse(said("9D0F2B6E-3c0e-4f5c-9c54-2f1c6f6a1e01\n")) == "9d0f2b6e-3c0e-4f5c-9c54-2f1c6f6a1e01"


def test_the_start_of_a_boot_is_read_and_a_machine_that_tells_of_none_is_refused() -> None:
    assert BOOT_START.parse(said("@1795256473\n")) == datetime(2026, 11, 21, 10, 21, 13, tzinfo=UTC)
    for nonsense in ("n/a\n", "@\n", "0\n", "@-1\n", "@17952564731\n", "Sat 2026-11-21 10:21:13 UTC\n"):
        with pytest.raises(ValueError, match="not a moment"):
            BOOT_START.parse(said(nonsense))


def test_etcd_members_are_read() -> None:
    text = (
        f'{{{HEADER},"members":[{{"ID":3319814642761637952,"name":"master1","peerURLs":["http://127.0.0.1:23800"],'
        '"clientURLs":["http://127.0.0.1:23790"]}]}'
    )
    member = ETCD_MEMBERS.parse(said(text)).members[0]
    assert (member.id, member.name, member.peer_urls) == (3319814642761637952, "master1", ["http://127.0.0.1:23800"])


def test_a_member_that_never_started_has_no_name() -> None:
    text = f'{{{HEADER},"members":[{{"ID":18446744073709551615,"peerURLs":["http://10.0.0.1:2380"]}}]}}'
    assert ETCD_MEMBERS.parse(said(text)).members[0].name == ""


def test_etcd_status_hash_and_alarms_are_read() -> None:
    status = (
        f'[{{"Endpoint":"http://127.0.0.1:23790","Status":{{{HEADER},"version":"3.6.5","dbSize":20480,'
        '"leader":3319814642761637952,"raftIndex":5,"raftTerm":2,"raftAppliedIndex":5,"dbSizeInUse":16384,'
        '"storageVersion":"3.6.0","downgradeInfo":{}}}]'
    )
    assert ETCD_STATUS.parse(said(status))[0].status.leader == 3319814642761637952
    hashkv = (
        f'[{{"Endpoint":"http://127.0.0.1:23790","HashKV":{{{HEADER},"hash":3628877040,"compact_revision":-1,'
        '"hash_revision":2}}]'
    )
    assert ETCD_HASH.parse(said(hashkv))[0].hashkv.hash == 3628877040
    assert ETCD_ALARMS.parse(said(f"{{{HEADER}}}")) == ()
    assert ETCD_ALARMS.parse(said(f'{{{HEADER},"alarms":[{{"memberID":255,"alarm":1}}]}}')) == ("NOSPACE on member ff",)
    # The protocol has a number for no alarm at all.
    assert ETCD_ALARMS.parse(said(f'{{{HEADER},"alarms":[{{"memberID":255,"alarm":0}}]}}')) == ()


def test_a_member_tells_its_cluster_and_one_that_does_not_answer_tells_of_none() -> None:
    told = f'[{{"Endpoint":"https://127.0.0.1:2379","Status":{{{HEADER}}}}}]'
    assert ETCD_CLUSTER.parse(said(told)) == f"{324952591200643719:x}"
    assert ETCD_CLUSTER.parse(said("", status=1, stderr="Error: context deadline exceeded")) == ""
    with pytest.raises(ValueError, match="permission denied"):
        ETCD_CLUSTER.parse(said("", status=1, stderr="Error: etcdserver: permission denied"))


def test_a_refusal_for_the_hash_is_read_as_one() -> None:
    stderr = (
        "error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in"
        f' cluster-info ConfigMap is invalid: none of the public keys "{HASH}" are pinned\n'
    )
    assert not JOIN_WRONG_HASH.parse(said("", status=1, stderr=stderr)).joined


def test_a_join_that_fails_for_another_reason_refuses_no_hash() -> None:
    with pytest.raises(ValueError, match="not for its hash"):
        JOIN_WRONG_HASH.parse(said("", status=1, stderr="error: couldn't reach 10.77.0.100:6443: i/o timeout"))


def test_a_join_tells_its_last_error() -> None:
    answer = JOIN.parse(said("[preflight] Running\n", status=1, stderr="W1 warning\nerror execution phase: no\nhint\n"))
    assert (answer.joined, answer.said) == (False, "error execution phase: no")


def test_settings_are_one_value_a_path() -> None:
    data = {"data": {"ClusterConfiguration": "networking:\n  podSubnet: 10.244.0.0/16\napiServer: {}\n"}}
    values = KUBEADM_CONFIG.parse(said(json.dumps(data))).values
    assert values == {"networking.podSubnet": '"10.244.0.0/16"', "apiServer": "{}"}


def test_trials_that_the_api_refused_are_outcomes() -> None:
    assert API_WRITE.parse(said('{"ok": true, "saw": "it"}')).ok
    assert API_WRITE.parse(said("", status=503, stderr="apiserver not ready")).saw == "status 503: apiserver not ready"
    assert API_WRITE.parse(said("", status=503)).saw == "status 503: nothing"


def test_an_old_token_without_a_reply_is_no_answer() -> None:
    assert OLD_TOKEN.parse(said("401")) == 401
    with pytest.raises(ValueError, match="no HTTP reply"):
        OLD_TOKEN.parse(said("", status=1, stderr="connection refused"))


def test_the_reply_to_an_old_token_is_a_number_that_http_knows() -> None:
    assert [OLD_TOKEN.parse(said(text)) for text in ("100", "599\n")] == [100, 599]
    for text in ("99", "600", "-401"):
        with pytest.raises(ValueError, match="is not an HTTP status"):
            OLD_TOKEN.parse(said(text))


@pytest.mark.parametrize("text", ["10.96.0.1\n", "10.96.0.1, fd00::1", '["10.96.0.1"]'])
def test_addresses_are_read_however_they_are_listed(text: str) -> None:
    assert RESOLVE.parse(said(text))[0] == "10.96.0.1"


def test_a_resolver_that_failed_found_nothing() -> None:
    assert RESOLVE.parse(said("", status=1, stderr="no such host")) == ()


def test_a_missing_spare_node_is_an_answer() -> None:
    assert SPARE_NODE.parse(said("", status=404, stderr="nodes 'spare1' not found")) is None


def test_an_api_that_refuses_a_list_is_no_empty_list() -> None:
    with pytest.raises(ValueError, match="status 503"):
        PODS.parse(said("[]", status=503, stderr="apiserver not ready"))


def test_no_sandboxes_is_an_answer_in_crictls_words() -> None:
    assert POD_SANDBOXES.parse(said('{"items": []}')) == ()
    assert POD_SANDBOXES.parse(said('{"items": null}')) == ()


def test_ledger_numbers_and_backup_modes_are_read() -> None:
    assert API_LEDGER.parse(said("[3,1,2]")) == {1, 2, 3}
    files = BACKUP_FILES.parse(said('[{"path":"a","mode":"0600","sha256":"x"},{"path":"b","mode":384,"sha256":"y"}]'))
    assert [file.mode for file in files] == [0o600, 0o600]
