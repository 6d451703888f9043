from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
import yaml

from harness.backup import Bundle
from harness.backup.keys import ENCRYPTION_FILE, secrets_in
from harness.cluster import customisation, encryption, kubeadm
from harness.cluster.emulation import emulated
from harness.cluster.kubeadm import HostTraits
from harness.cluster.preparation import keepalived_conf
from harness.spec import ClusterSpec, Role, parse_shape

SPEC = ClusterSpec(
    kubernetes="v1.34.4", endpoint=IPv4Address("10.77.0.100"), pod_subnet=IPv4Network("10.200.0.0/16"), name="mine"
)
LAB = parse_shape("3+1")
MASTER = LAB.nodes[0]
OWN = HostTraits(cgroup_v1=False, shared_kernel=False)
SHARED = HostTraits(cgroup_v1=True, shared_kernel=True)


def test_an_init_says_all_that_a_restore_has_to_repeat() -> None:
    text = kubeadm.to_yaml(*kubeadm.init_documents(SPEC, MASTER, OWN))
    documents = {one["kind"]: one for one in yaml.safe_load_all(text)}
    assert set(documents) == {
        "InitConfiguration",
        "ClusterConfiguration",
        "KubeletConfiguration",
        "KubeProxyConfiguration",
    }
    cluster = documents["ClusterConfiguration"]
    assert cluster["networking"] == {
        "podSubnet": "10.200.0.0/16",
        "serviceSubnet": "10.96.0.0/16",
        "dnsDomain": "cluster.local",
    }
    assert cluster["controlPlaneEndpoint"] == "10.77.0.100:6443"
    assert documents["InitConfiguration"]["localAPIEndpoint"]["advertiseAddress"] == "10.77.0.11"
    assert documents["KubeProxyConfiguration"]["clusterCIDR"] == "10.200.0.0/16"
    assert {one["apiVersion"] for one in documents.values() if "kubeadm" in one["apiVersion"]} == {
        "kubeadm.k8s.io/v1beta4"
    }


def test_a_customised_control_plane_mounts_its_admission_rules_and_tells_kubelet_more() -> None:
    plain, custom = (
        {one["kind"]: one for one in kubeadm.init_documents(spec, MASTER, OWN)}
        for spec in (SPEC, replace(SPEC, customised=True))
    )
    assert "apiServer" not in plain["ClusterConfiguration"]
    told = custom["ClusterConfiguration"]["apiServer"]
    (flag,) = told["extraArgs"]
    assert flag["name"] == "admission-control-config-file"
    assert flag["value"] in customisation.files()
    assert flag["value"].startswith(told["extraVolumes"][0]["mountPath"] + "/")
    assert plain["KubeletConfiguration"]["maxPods"] != custom["KubeletConfiguration"]["maxPods"]


def test_an_api_server_that_encrypts_is_told_of_its_keys_beside_whatever_else_it_is_told() -> None:
    told = kubeadm.cluster_configuration(replace(SPEC, customised=True, encrypted=True))["apiServer"]
    flags = {one["name"]: one["value"] for one in told["extraArgs"]}
    assert flags["encryption-provider-config"] in encryption.files()
    assert flags["admission-control-config-file"] in customisation.files()
    mounted = [one["mountPath"] for one in told["extraVolumes"]]
    assert all(any(path.startswith(f"{folder}/") for folder in mounted) for path in flags.values())


def test_etcd_is_told_of_a_quota_only_where_there_is_one_and_under_emulation_as_well() -> None:
    plain, small = (kubeadm.cluster_configuration(spec) for spec in (SPEC, replace(SPEC, etcd_quota_mib=32)))
    quota = [{"name": "quota-backend-bytes", "value": "33554432"}]
    assert "etcd" not in plain
    assert small["etcd"]["local"]["extraArgs"] == quota
    assert emulated(small)["etcd"]["local"]["extraArgs"] == quota


def test_an_etcd_that_is_elsewhere_is_told_by_address_and_credentials_and_by_nothing_local() -> None:
    spec = replace(SPEC, etcd=(IPv4Address("10.77.0.51"),))
    for told in (kubeadm.cluster_configuration(spec), emulated(kubeadm.cluster_configuration(spec))):
        assert set(told["etcd"]) == {"external"}
        assert told["etcd"]["external"]["endpoints"] == ["https://10.77.0.51:2379"]
        assert {"caFile", "certFile", "keyFile"} < set(told["etcd"]["external"])


def test_certificates_that_expire_soon_are_asked_of_kubeadm_and_of_the_controller_that_signs_for_kubelets() -> None:
    plain, short = (
        kubeadm.cluster_configuration(spec) for spec in (SPEC, replace(SPEC, leaves_last=timedelta(minutes=3)))
    )
    assert "certificateValidityPeriod" not in plain
    assert short["certificateValidityPeriod"] == "180s"
    flags = [{one["name"]: one["value"] for one in told["controllerManager"]["extraArgs"]} for told in (plain, short)]
    assert "cluster-signing-duration" not in flags[0]
    assert flags[1] == {**flags[0], "cluster-signing-duration": "180s"}


def test_no_two_clusters_encrypt_with_the_same_key_and_the_key_is_known_for_a_secret() -> None:
    (one,), (two,) = encryption.files().values(), encryption.files().values()
    assert encryption.keys_in(one) != encryption.keys_in(two)
    bundle = Bundle({ENCRYPTION_FILE: one.encode(), "pki/ca.key": b"BEGIN\nmiddle\nEND"})
    assert secrets_in(bundle) == ["middle", *encryption.keys_in(one)]


def test_the_second_scheduler_shares_neither_port_nor_lease_with_the_first() -> None:
    container = yaml.safe_load(customisation.manifest(SPEC))["spec"]["containers"][0]
    flags = dict(word.removeprefix("--").split("=") for word in container["command"][1:])
    assert container["image"] == "registry.k8s.io/kube-scheduler:v1.34.4"
    assert flags["secure-port"] != "10259"
    profile = yaml.safe_load(customisation.files()[flags["config"]])
    assert profile["leaderElection"] == {"leaderElect": False}
    assert profile["profiles"] == [{"schedulerName": "second-scheduler"}]


@pytest.mark.parametrize(("traits", "ignored"), [(OWN, 1), (SHARED, 4)])
def test_only_checks_that_cannot_hold_are_ignored(traits: HostTraits, ignored: int) -> None:
    checks = kubeadm.registration(MASTER, traits)["ignorePreflightErrors"]
    assert checks[0] == "DirAvailable--var-lib-etcd"
    assert len(checks) == ignored


def test_a_join_pins_the_hash_and_goes_to_the_endpoint_that_outlives_machines() -> None:
    worker = LAB.of_role(Role.WORKER)[0]
    document = kubeadm.join_document(SPEC, worker, OWN, token="a.b", join_hash="sha256:1")
    assert document["discovery"]["bootstrapToken"] == {
        "apiServerEndpoint": "10.77.0.100:6443",
        "token": "a.b",
        "caCertHashes": ["sha256:1"],
    }
    assert document["nodeRegistration"]["kubeletExtraArgs"] == [{"name": "node-ip", "value": "10.77.0.21"}]


def test_each_control_plane_offers_the_endpoint_with_another_priority_to_the_same_peers() -> None:
    masters = LAB.of_role(Role.CONTROL_PLANE)
    texts = [keepalived_conf(node, LAB) for node in masters]
    assert [f"priority {priority}" in text for priority, text in zip((100, 99, 98), texts, strict=True)] == [True] * 3
    for node, text in zip(masters, texts, strict=True):
        assert text.count("{") == text.count("}")
        assert f"{LAB.endpoint}/24" in text
        peers = text.partition("unicast_peer {")[2].partition("}")[0].split()
        assert peers == [str(peer.ip) for peer in masters if peer is not node]


def test_the_api_of_each_control_plane_is_asked_and_one_without_it_yields_to_any_other() -> None:
    for node in LAB.of_role(Role.CONTROL_PLANE):
        text = keepalived_conf(node, LAB)
        script = text.partition("vrrp_script api {")[2].partition("}")[0]
        assert "init_fail" in script
        assert int(script.partition("weight ")[2].split()[0]) > 2
        assert "track_script {\n        api\n" in text


def test_a_single_control_plane_has_no_peers_and_keeps_the_endpoint_whatever_its_api_says() -> None:
    lab = parse_shape("1")
    text = keepalived_conf(lab.nodes[0], lab)
    assert "unicast" not in text
    assert "script api" not in text


def test_an_emulated_control_plane_is_the_same_with_more_patience() -> None:
    def configuration(traits: HostTraits) -> dict[str, Any]:
        return kubeadm.init_documents(SPEC, MASTER, traits)[1]

    plain, slow = configuration(OWN), configuration(replace(OWN, emulated=True))
    assert ("encryptionAlgorithm" in plain, slow["encryptionAlgorithm"]) == (False, "ECDSA-P256")
    environment = [{"name": "GOGC", "value": "400"}]
    for part in (slow["apiServer"], slow["controllerManager"], slow["scheduler"], slow["etcd"]["local"]):
        assert part["extraEnvs"] == environment
    for part in (slow["controllerManager"], slow["scheduler"]):
        assert {"name": "leader-elect-renew-deadline", "value": "24s"} in part["extraArgs"]
    told = plain["controllerManager"]["extraArgs"]
    assert slow["controllerManager"]["extraArgs"][: len(told)] == told
    assert {key: slow[key] for key in ("networking", "kubernetesVersion", "controlPlaneEndpoint")} == {
        key: plain[key] for key in ("networking", "kubernetesVersion", "controlPlaneEndpoint")
    }
    assert not {"apiServer", "scheduler", "etcd"} & set(plain)


def test_kubeadm_itself_is_given_more_time_where_processors_are_emulated() -> None:
    def told(traits: HostTraits) -> list[dict[str, Any]]:
        join = kubeadm.join_document(SPEC, MASTER, traits, token="abcdef.0123456789abcdef", join_hash="sha256:0")
        return [kubeadm.init_documents(SPEC, MASTER, traits)[0], join]

    assert not any("timeouts" in document for document in told(OWN))
    for document in told(replace(OWN, emulated=True)):
        assert document["timeouts"]["controlPlaneComponentHealthCheck"] == "20m0s"
