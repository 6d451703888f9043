"""The kubeadm cluster as one thing."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from harness.clock import Deadline, NotYet, wait_for
from harness.cluster import canary, customisation, emulation, encryption, external_etcd, flannel, kubeadm, sidecar
from harness.cluster.current_api import CurrentApi
from harness.cluster.images import Images
from harness.cluster.pod_network import apply_manifest, load_images
from harness.cluster.preparation import set_up
from harness.cluster.readiness import nodes_ready, pods_ready
from harness.errors import LabError
from harness.facts.pki import CA_CERT
from harness.journal import Kind
from harness.journal.writer import Journal
from harness.lab import Node
from harness.lab.turns import side_by_side
from harness.lab.witness import NAMESPACE as WITNESS
from harness.providers.seam import ApiError, ClusterApi, Lab
from harness.spec import ClusterSpec, NodeSpec, Role

ADMIN = "/etc/kubernetes/admin.conf"
#: How long building a cluster may take before the lab counts as broken.
BUDGET = timedelta(minutes=10)
#: How long one request may take; an emulated API that a joining machine keeps busy took more than 10 s.
_PATIENCE = timedelta(seconds=10)
#: Between two looks at the API; each of them is work for the machines that are waited for.
_LOOK = timedelta(milliseconds=200)
#: An API is left alone for this many times as long as it took to answer, or as a second: a list of all pods is most of
#: a second's work where processors are emulated.
_REST, _BUSY = 4, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What joins machines to the cluster; kept in memory alone."""

    token: str
    certificate_key: str

    @classmethod
    def fresh(cls) -> Credentials:
        """Credentials that nobody has seen."""
        letters = string.ascii_lowercase + string.digits

        def random(length: int) -> str:
            return "".join(secrets.choice(letters) for _ in range(length))

        return cls(token=f"{random(6)}.{random(16)}", certificate_key=secrets.token_hex(32))


class Cluster:
    """Machines that are, or are about to be, one Kubernetes cluster."""

    def __init__(
        self,
        spec: ClusterSpec,
        lab: Lab,
        journal: Journal,
        traits: kubeadm.HostTraits,
        images: Images | None = None,
    ) -> None:
        self.spec = spec
        self.lab = lab
        self.journal = journal
        self.traits = traits
        self.images = images or Images()
        self.credentials = Credentials.fresh()
        self.nodes: Mapping[str, Node] = {name: Node(machine, journal) for name, machine in lab.machines.items()}
        self._api: ClusterApi | None = None
        self._kubeconfig = ""

    @property
    def master(self) -> Node:
        """The first control plane."""
        return self.of_role(Role.CONTROL_PLANE)[0]

    @property
    def workers(self) -> tuple[Node, ...]:
        """The workers, in order."""
        return self.of_role(Role.WORKER)

    @property
    def members(self) -> tuple[Node, ...]:
        """All machines but the spare one."""
        return (*self.of_role(Role.CONTROL_PLANE), *self.workers)

    @property
    def etcd_nodes(self) -> tuple[Node, ...]:
        """The machines on which etcd runs, be they the control planes or its own."""
        return tuple(self.nodes[spec.name] for spec in self.lab.spec.etcd_nodes)

    @property
    def machines(self) -> tuple[Node, ...]:
        """The members, and the machines that etcd has to itself."""
        return (*self.of_role(Role.ETCD), *self.members)

    @property
    def spare(self) -> Node:
        """The machine that is powered off until a fresh one is needed."""
        return self.of_role(Role.SPARE)[0]

    @property
    def carrier(self) -> NodeSpec:
        """The machine whose `volumes` disk the canaries write to."""
        return (self.workers or (self.master,))[0].spec

    @property
    def app(self) -> str:
        """Where the canary's Service answers."""
        return f"http://{self.carrier.ip}:{canary.NODE_PORT}"

    @property
    def api(self) -> ClusterApi:
        """The API with the administrator's credentials."""
        if self._api is None:
            raise LabError("The cluster has no API yet: its first control plane was not initialised")
        return self._api

    @property
    def kubeconfig(self) -> str:
        """The administrator's credentials; a secret."""
        return self._kubeconfig

    def of_role(self, role: Role) -> tuple[Node, ...]:
        """The machines of one role, in order."""
        return tuple(self.nodes[spec.name] for spec in self.lab.spec.of_role(role))

    def build(self) -> None:
        """Boot the machines, make them one cluster, and wait until its canaries sing."""
        masters = self.of_role(Role.CONTROL_PLANE)
        with side_by_side(self.journal.clock, len(self.machines)) as threads:
            booting = {node.name: threads.submit(self._boot, node) for node in self.machines}
            booting[self.master.name].result()
            for node in self.of_role(Role.ETCD):
                booting[node.name].result()
                self._provide_etcd(node)
            self._initialise()
            self._connect_pods()

            def join(node: Node) -> None:
                booting[node.name].result()
                self.join(node, control_plane=node in masters)

            joining = [threads.submit(join, node) for node in self.members[1:]]
            for joined in joining:
                joined.result()
        if not self.workers:
            self.allow_workloads_on_masters()
        self.apply(canary.manifests(self.images.canary, self.carrier, several=len(self.workers) > 1))
        if self.spec.renames:
            self.apply(canary.bound(self.images.canary, self.master.spec))
        self.wait_until_ready()

    def connect(self) -> None:
        """Take the administrator's credentials from the first control plane."""
        self._kubeconfig = self.master.get(ADMIN).decode()
        self._api = self.lab.network.api(self._kubeconfig, patience=_PATIENCE * self.lab.pace)

    def join(self, node: Node, *, control_plane: bool = False, pinned_by: Node | None = None) -> None:
        """Make a prepared machine a member; it pins the CA as the first control plane, or another one, knows it."""
        join_hash = self.join_hash(pinned_by)
        document = kubeadm.join_document(
            self.spec, node.spec, self.traits, token=self.credentials.token, join_hash=join_hash
        )
        if control_plane:
            document["controlPlane"] = kubeadm.control_plane_section(node.spec, self.credentials.certificate_key)
        node.put(kubeadm.CONFIG, kubeadm.to_yaml(document), 0o600)
        with self.journal.wait(f"kubeadm join of '{node.name}'"):
            node.run(["kubeadm", "join", "--config", kubeadm.CONFIG])

    def join_hash(self, told_by: Node | None = None) -> str:
        """The pin of the cluster's CA, read from the first control plane, or from another one."""
        return CA_CERT.parse((told_by or self.master).machine.channel.run(CA_CERT.argv)).join_hash

    def allow_workloads_on_masters(self) -> None:
        """Take the taint off, as a cluster of one machine needs it."""
        self.master.run(["kubectl", "taint", "nodes", "--all", f"{kubeadm.CONTROL_PLANE_TAINT}:NoSchedule-"])

    def wait_until_ready(self, budget: timedelta = BUDGET) -> None:
        """Wait until each node is Ready and each pod runs."""
        names = [node.name for node in self.members]
        with self.journal.wait("nodes Ready, add-ons and canaries running"):
            self.await_state("nodes to be Ready", lambda: nodes_ready(self.api, names), budget)
            self.await_state("pods to be Ready", lambda: pods_ready(self.api), budget)

    def await_state(self, what: str, check: Callable[[], bool | NotYet], budget: timedelta | Deadline) -> None:
        """Wait for a state of the cluster; an API that does not answer is a state to wait through."""
        clock = self.journal.clock
        until = budget if isinstance(budget, Deadline) else Deadline.after(budget, clock)
        seen: bool | NotYet = NotYet("nothing yet")
        rested = clock.monotonic()
        looks, refused, last = 0, 0, ""

        def ask() -> bool | NotYet:
            nonlocal seen, rested, looks, refused, last
            if (began := clock.monotonic()) < rested:
                return seen
            looks += 1
            try:
                seen = check()
                answered = clock.monotonic()
                rested = answered + _REST * min(answered - began, _BUSY)
            except ApiError as error:
                seen = NotYet(str(error))
                refused, last = refused + 1, str(error)
            return seen

        try:
            wait_for(what, ask, until, every=_LOOK * self.lab.pace)
        finally:
            if refused:
                self.journal.write(Kind.RETRY, what=what, times=refused, looks=looks, last=last)

    def _boot(self, node: Node) -> None:
        node.power_on()
        self.prepare(node)

    def prepare(self, node: Node) -> None:
        """Make a freshly installed machine ready for kubeadm."""
        set_up(node, self.lab.spec, self.traits, shared_endpoint=self.spec.endpoint == self.lab.spec.endpoint)
        if self.spec.network is not None:
            load_images(node, self.spec.network)

    def _provide_etcd(self, node: Node) -> None:
        with self.journal.wait(f"etcd on '{node.name}'"):
            external_etcd.install(node, self.spec, self.traits)
        external_etcd.introduce(node, self.master)

    def _initialise(self) -> None:
        documents = kubeadm.init_documents(self.spec, self.master.spec, self.traits)
        documents[0]["bootstrapTokens"] = [{"token": self.credentials.token, "ttl": "24h0m0s"}]
        documents[0]["certificateKey"] = self.credentials.certificate_key
        documents[0] |= sidecar.told() if self.spec.sidecar else {}
        self.master.put(kubeadm.CONFIG, kubeadm.to_yaml(*documents), 0o600)
        own = {
            **(customisation.files() if self.spec.customised else {}),
            **(encryption.files() if self.spec.encrypted else {}),
            **(sidecar.files() if self.spec.sidecar else {}),
        }
        for path, text in own.items():
            self.master.put(path, text, 0o600)
        several = len(self.of_role(Role.CONTROL_PLANE)) > 1
        more = ["--upload-certs", "--skip-certificate-key-print"] if several else []
        more += [f"--skip-phases={kubeadm.PROXY}"] if self.traits.emulated else []
        with self.journal.wait("kubeadm init"):
            self.master.run(["kubeadm", "init", "--config", kubeadm.CONFIG, "--skip-token-print", *more])
        if self.spec.customised:
            self.master.put(customisation.MANIFEST, customisation.manifest(self.spec), 0o600)
        self.connect()
        if self.traits.emulated:
            # A pod is given its share as it is made, and those of kubeadm would be there already.
            self.apply([emulation.SHARE])
            self.master.run(["kubeadm", "init", "phase", *kubeadm.PROXY.split("/"), "--config", kubeadm.CONFIG])

    def _connect_pods(self) -> None:
        if self.spec.network is not None:
            apply_manifest(self.master, self.spec.network)
        else:
            # An emulated kube-proxy begins after 20 s. Meanwhile kubelet fails to mount what pods need, and doubles its
            # pause each time: pods that were bound to a machine began 120 s after flannel.
            self.apply(
                flannel.manifests(
                    self.spec,
                    image=self.images.flannel,
                    plugin_image=self.images.flannel_plugin,
                    straight=self.traits.emulated,
                )
            )

    def apply(self, manifests: Iterable[Mapping[str, Any]]) -> None:
        """Make all these objects be so."""
        for manifest in manifests:
            if manifest["kind"] == "Pod":
                # Deployments try again by themselves; a bare pod is refused until its namespace has its account.
                namespace = manifest["metadata"]["namespace"]
                self.await_state(f"the service account of '{namespace}'", partial(self._has_account, namespace), BUDGET)
            self.api.apply(manifest)

    def _has_account(self, namespace: str) -> bool:
        self.api.get("ServiceAccount", "default", namespace)
        return True

    def witness_api(self) -> ClusterApi:
        """The API for the witness, who gives up on a request after a second; its namespace is there."""
        self.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": WITNESS}})
        patience = timedelta(seconds=1) * self.lab.pace
        if self.spec.leaves_last is not None or self.spec.moves:
            return CurrentApi(self.lab.network, lambda: self._kubeconfig, patience)
        # With the credentials of before: whoever knew the cluster then has to find it again with them.
        return self.lab.network.api(self._kubeconfig, patience=patience)
