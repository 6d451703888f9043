"""A control plane under another address: what names the old one is found, and told the new one."""

from __future__ import annotations

import pytest

from harness.journal import History, Kind
from harness.verdict import judge
from tests.drill.test_recoveries import in_order, once

OLD, NEW = "10.77.0.11", "10.77.0.51"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """A machine that came back under another address."""
    return once("changed-identity", tmp_path_factory.mktemp("told"))


def test_each_place_that_named_the_old_address_names_the_new_one(history: History) -> None:
    verdict = judge(history)
    assert verdict.passed, verdict.cause
    saw = {one.check: one.saw for one in verdict.findings}
    assert saw["address-moved"].startswith(f"10 places named {OLD} and name {NEW}")
    (found,) = (one.cause for one in verdict.findings if one.check == "address-in-backup")
    assert f"etcd/peer.crt and kubelet.conf of 'worker1' name {OLD} alone" in found
    assert "kubeadm would use apiserver.crt" in found
    assert verdict.join_hash_before == verdict.join_hash_after


def test_certificates_of_the_old_address_go_before_the_init_that_would_use_them(history: History) -> None:
    assert in_order(history, "tar --extract", "rm /etc/kubernetes/pki/apiserver.crt", "kubeadm init --config")


def test_the_worker_is_told_and_what_it_runs_goes_on(history: History) -> None:
    told = [list(event.data["argv"]) for event in history.of(Kind.COMMAND, node="worker1")]
    (line,) = [argv for argv in told if argv[0] == "sed"]
    assert line == ["sed", "--in-place", f"s#https://{OLD}:6443#https://{NEW}:6443#", "/etc/kubernetes/kubelet.conf"]
    assert told.index(line) < told.index(["systemctl", "restart", "kubelet.service"])
    assert judge(history).rto.workload_seconds == 0


def test_a_fresh_worker_joins_by_the_new_address_with_the_old_hash(history: History) -> None:
    (join,) = history.of(Kind.FACT, fact="join")
    assert f"{NEW}:6443" in join.data["argv"]
    assert judge(history).join_hash_before in join.data["argv"]
