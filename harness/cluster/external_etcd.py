"""An etcd that is no static pod: a service of a machine of its own, with an authority and an account of its own."""

from __future__ import annotations

from harness.cluster import kubeadm
from harness.facts.certificates import PKI
from harness.facts.etcd_service import ACCOUNT, OWN_PKI, SERVICE, UNIT
from harness.lab import Node
from harness.spec import ClusterSpec, DataDisk, NodeSpec

_PROGRAM = "/usr/local/bin/etcd"
_IMAGE = "name~=etcd"
_MOUNTED = "/run/kubedrill-etcd"
_DATA = DataDisk.ETCD.mount_point
#: The order of kubeadm's own guide for an etcd beside the cluster.
_CERTIFICATES = ("etcd-ca", "etcd-server", "etcd-peer", "etcd-healthcheck-client", "apiserver-etcd-client")
_OF_THE_SERVICE = ("ca.crt", "server.crt", "server.key", "peer.crt", "peer.key")
#: What the API servers get; the authority's key stays where it is.
_OF_CLIENTS = ("etcd/ca.crt", "apiserver-etcd-client.crt", "apiserver-etcd-client.key")


def install(node: Node, spec: ClusterSpec, traits: kubeadm.HostTraits) -> None:
    """Make a prepared machine the home of etcd, and return when it serves."""
    node.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT])
    _take_program(node)
    _make_certificates(node, spec, traits)
    # A file system of one's own begins as root's.
    node.run(["chown", f"{ACCOUNT}:", _DATA])
    node.run(["chmod", "0700", _DATA])
    node.put(UNIT, unit(node.spec))
    node.run(["systemctl", "daemon-reload"])
    node.run(["systemctl", "enable", "--now", SERVICE])


def introduce(node: Node, client: Node) -> None:
    """Give an API server's machine what lets it in."""
    for name in _OF_CLIENTS:
        client.put(f"{PKI}/{name}", node.get(f"{PKI}/{name}"), 0o644 if name.endswith(".crt") else 0o600)


def unit(node: NodeSpec) -> str:
    """The service: ready once etcd serves, under its own account, and never without its data disk."""
    ip, name = node.ip, node.name
    flags = {
        "name": name,
        "data-dir": _DATA,
        "listen-client-urls": f"https://127.0.0.1:2379,https://{ip}:2379",
        "advertise-client-urls": f"https://{ip}:2379",
        "listen-peer-urls": f"https://{ip}:2380",
        "initial-advertise-peer-urls": f"https://{ip}:2380",
        "initial-cluster": f"{name}=https://{ip}:2380",
        "client-cert-auth": "true",
        "trusted-ca-file": f"{OWN_PKI}/ca.crt",
        "cert-file": f"{OWN_PKI}/server.crt",
        "key-file": f"{OWN_PKI}/server.key",
        "peer-client-cert-auth": "true",
        "peer-trusted-ca-file": f"{OWN_PKI}/ca.crt",
        "peer-cert-file": f"{OWN_PKI}/peer.crt",
        "peer-key-file": f"{OWN_PKI}/peer.key",
    }
    words = " \\\n    ".join([_PROGRAM, *(f"--{flag}={value}" for flag, value in flags.items())])
    mount = DataDisk.ETCD.unit
    return (
        # One that fails again and again is tried for as long as somebody works at it.
        f"[Unit]\nDescription=etcd\nRequires={mount}\nAfter={mount} network.target\nStartLimitIntervalSec=0\n\n"
        f"[Service]\nType=notify\nUser={ACCOUNT}\nExecStart={words}\n"
        "Restart=always\nRestartSec=2\n\n"
        "[Install]\nWantedBy=multi-user.target\n"
    )


def _take_program(node: Node) -> None:
    """Each machine has the container image of etcd; a package of Debian would be of another version."""
    containers = ["ctr", "--namespace", "k8s.io", "images"]
    (image, *_) = node.run([*containers, "list", "--quiet", _IMAGE]).stdout.split()
    node.run(["mkdir", "--parents", _MOUNTED])
    node.run([*containers, "mount", image, _MOUNTED])
    node.run(["install", "--mode=0755", f"{_MOUNTED}{_PROGRAM}", _PROGRAM])
    node.run([*containers, "unmount", "--rm", _MOUNTED])


def _make_certificates(node: Node, spec: ClusterSpec, traits: kubeadm.HostTraits) -> None:
    init = kubeadm.init_documents(spec, node.spec, traits)[0]
    told = {"apiVersion": init["apiVersion"], "kind": "ClusterConfiguration", "kubernetesVersion": spec.kubernetes}
    node.put(kubeadm.CONFIG, kubeadm.to_yaml(init, told), 0o600)
    for name in _CERTIFICATES:
        node.run(["kubeadm", "init", "phase", "certs", name, "--config", kubeadm.CONFIG])
    # kubeadm lets nobody but root into its folder.
    files = [f"{PKI}/etcd/{name}" for name in _OF_THE_SERVICE]
    owner = [f"--owner={ACCOUNT}", f"--group={ACCOUNT}"]
    node.run(["install", "--directory", "--mode=0700", *owner, OWN_PKI])
    node.run(["install", "--mode=0600", *owner, f"--target-directory={OWN_PKI}", *files])
