"""A control plane comes back from the vault on a machine that has another address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import yaml

from harness.backup import Bundle
from harness.backup.records import member_of
from harness.clock import NotYet
from harness.cluster import kubeadm
from harness.cluster.cluster import Cluster
from harness.facts import Moment
from harness.facts.certificates import CERTIFICATES, PKI
from harness.facts.identity import CERTIFICATES_REUSED, KUBELET_SERVER
from harness.lab import Node, StepError
from harness.recoveries.files import put_back_files
from harness.recoveries.inspection import inspect
from harness.recoveries.pki import put_back_pki
from harness.recoveries.second_init import configuration, init_again
from harness.recoveries.snapshot import RestoreOptions, put_back_snapshot

#: The certificates that name the machine's address.
ADDRESSED = ("apiserver", "etcd/server", "etcd/peer")
_DELETE_PROXIES = ("kubectl", "delete", "pods", "--namespace=kube-system", "--selector=k8s-app=kube-proxy")
#: The lease of the controllers takes up to 17 s to pass on.
_LEADING = timedelta(minutes=1)
_CLUSTER = "kubeadm/ClusterConfiguration.yaml"


class RestoreUnderNewAddress:
    """Find what names the old address, make those certificates anew, init under the new one, and tell the workers."""

    name = "restore-under-new-address"
    keeps_configuration = True
    restores_data = True
    #: Manifests of before name the old address as well; kubeadm writes them anew.
    takes = ("pki", "files", "kubeadm", "etcd")
    remakes = ADDRESSED

    def __init__(self, node: Node, workers: Sequence[Node] = ()) -> None:
        self.node = node.name
        self.workers = tuple(worker.name for worker in workers)
        self.options = RestoreOptions()
        #: Without it kubeadm uses those of before, and then cannot talk to the API that it has started.
        self.makes_certificates = True
        #: Without it the kubelets of workers go on calling an address at which nobody is.
        self.tells_workers = True

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """The steps, in the order in which an engineer would type them."""
        node = cluster.nodes[self.node]
        old, moved = _moved(bundle, str(node.spec.ip))
        inspect(node, moved, self.options)
        cluster.spec = replace(cluster.spec, endpoint=node.spec.ip)
        cluster.prepare(node)
        put_back_pki(node, bundle.below("pki"))
        self._diagnose(cluster, node, moved)
        if self.makes_certificates:
            node.destroy(["rm", *(f"{PKI}/{name}.{end}" for name in ADDRESSED for end in ("crt", "key"))])
        put_back_snapshot(node, moved, self.options)
        put_back_files(node, moved.below("files"))
        self._init(cluster, node, moved)
        if self.tells_workers:
            self._tell(cluster, old)
        self._renew_proxies(cluster, node)
        # kubeadm does not sync what it writes, and what a power cut can still take is not recovered.
        node.run(["sync"])

    def _diagnose(self, cluster: Cluster, node: Node, moved: Bundle) -> None:
        """Put on record what names the old address, and that kubeadm does not mind."""
        node.record(CERTIFICATES, Moment.MOVED)
        for name in self.workers:
            cluster.nodes[name].record(KUBELET_SERVER, Moment.MOVED)
        node.put(kubeadm.CONFIG, configuration(cluster, node, moved), 0o600)
        argv = [*CERTIFICATES_REUSED.argv, "--config", kubeadm.CONFIG]
        node.observe(CERTIFICATES_REUSED.name, argv, Moment.MOVED)

    def _init(self, cluster: Cluster, node: Node, moved: Bundle) -> None:
        try:
            init_again(cluster, node, moved)
        except StepError:
            # All that kubeadm says of a certificate for another address, after 4 minutes, is that a rate limiter would
            # exceed its deadline. Whoever calls the API is told the reason at once.
            node.run(["kubectl", "get", "--raw", "/livez"])
            raise

    def _tell(self, cluster: Cluster, old: str) -> None:
        new, port = cluster.spec.endpoint_address.split(":")
        for name in self.workers:
            worker = cluster.nodes[name]
            worker.run(["sed", "--in-place", f"s#https://{old}:{port}#https://{new}:{port}#", KUBELET_SERVER.path])
            worker.run(["systemctl", "restart", "kubelet.service"])
            worker.run(["sync"])

    def _renew_proxies(self, cluster: Cluster, node: Node) -> None:
        # The control plane's own first: what replaces it shows that the controllers hold their lease again, and a
        # worker is then without Services for 4 s, not for 16.
        before = _proxies(cluster, node.name)
        node.run([*_DELETE_PROXIES, f"--field-selector=spec.nodeName={node.name}", "--wait=false"])
        with cluster.journal.wait("the controllers to lead again"):
            cluster.await_state("a new kube-proxy", lambda: _is_replaced(cluster, node.name, before), _LEADING)
        for name in self.workers if self.tells_workers else ():
            node.run([*_DELETE_PROXIES, f"--field-selector=spec.nodeName={name}", "--wait=false"])


def _proxies(cluster: Cluster, name: str) -> set[str]:
    pods = cluster.api.list("Pod", "kube-system")
    own = (pod for pod in pods if pod["metadata"].get("labels", {}).get("k8s-app") == "kube-proxy")
    return {pod["metadata"]["uid"] for pod in own if pod["spec"].get("nodeName") == name}


def _is_replaced(cluster: Cluster, name: str, before: set[str]) -> bool | NotYet:
    return True if _proxies(cluster, name) - before else NotYet(f"no other kube-proxy on '{name}'")


def _moved(bundle: Bundle, new: str) -> tuple[str, Bundle]:
    """The address of before, and the backup with another one in the member's record and in the configuration."""
    member = member_of(bundle)
    old = str(urlsplit(member.peer_urls[0]).hostname)
    moved = replace(member, peer_urls=[url.replace(f"//{old}:", f"//{new}:") for url in member.peer_urls])
    told = yaml.safe_load(bundle.files[_CLUSTER])
    told["controlPlaneEndpoint"] = told["controlPlaneEndpoint"].replace(f"{old}:", f"{new}:")
    files = {**moved.file, _CLUSTER: yaml.safe_dump(told).encode()}
    return old, Bundle({**bundle.files, **files})
