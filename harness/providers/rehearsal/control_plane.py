"""What the static pods of one control plane do: come up, serve, and wait for the lease of their forerunner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from harness.facts.fact import Output
from harness.facts.manifest import ETCD_DATA_DIR
from harness.providers.rehearsal.controllers import Controllers
from harness.providers.rehearsal.customs import pod_security
from harness.providers.rehearsal.disk import SimulatedDisk
from harness.providers.rehearsal.etcd import Etcd, Member
from harness.providers.rehearsal.sealing import sealing
from harness.providers.rehearsal.server import ObjectStore

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

PKI = "/etc/kubernetes/pki"
MANIFESTS = "/etc/kubernetes/manifests"
_NEEDED = ("ca.crt", "apiserver.crt", "apiserver.key", "sa.key", "sa.pub", "etcd/ca.crt", "etcd/server.crt")
_ETCD_SECONDS = 2.0
_API_SECONDS = 6.0
#: A leader's lease lasts 15 s, and who waits for it looks every 2 s.
_LEASE_SECONDS = (15.0, 17.0)
_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
_LEASE = "kube-controller-manager"
_DISK_WORDS = (
    '{"level":"fatal","msg":"failed to save Raft hard state and entries",'
    '"error":"write /var/lib/etcd/member/wal/0.wal: input/output error"}'
)
_DATABASE_WORDS = '{"level":"panic","msg":"failed to open database","error":"invalid database"}'


class ControlPlane:
    """etcd, API server, controller-manager and scheduler of one machine; certificates are read when they start."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self.machine = machine
        self._world = machine.world
        self._since: float | None = None
        self._leads_from: float | None = None
        self.store: ObjectStore | None = None
        self.ca = self.certificate = self.sa_pub = b""
        self._controllers: Controllers | None = None
        #: Whether the API has made what it makes by itself.
        self.has_settled = False
        self._member: Member | None = None
        #: Where etcd's data are, and what etcd said when that failed it.
        self._disk: SimulatedDisk | None = None
        self.last_words = ""

    def start(self) -> None:
        """Start, if kubelet finds the manifests and they find their keys."""
        machine = self.machine
        if self._since is not None or machine.file(f"{MANIFESTS}/etcd.yaml") is None:
            return
        if any(machine.file(f"{PKI}/{name}") is None for name in _NEEDED) or machine.place(self._data_dir)[0].dead:
            return
        flags = _flags(machine.read(f"{MANIFESTS}/kube-apiserver.yaml"))
        rules, keys = (flags.get(name) for name in ("admission-control-config-file", "encryption-provider-config"))
        if any(path is not None and machine.file(path) is None for path in (rules, keys)):
            return
        self.ca, self.certificate, self.sa_pub = (
            machine.read(f"{PKI}/{name}") or b"" for name in ("ca.crt", "apiserver.crt", "sa.pub")
        )
        self._member = self._open_etcd()
        if self._member is None:
            return
        self.store = ObjectStore(
            self._world,
            self._member.etcd,
            pod_security(machine, rules) if rules else None,
            sealing(machine, keys),
        )
        self._since = self._world.clock.monotonic()
        self._leads_from, self.has_settled = None, False
        self._controllers = Controllers(self._world, self, self.store)

    def go_dark(self) -> None:
        """Whatever was not on a disk is gone."""
        self._since, self._leads_from, self.store, self._controllers, self._disk = None, None, None, None, None
        self._member, self.has_settled = None, False

    @property
    def member(self) -> Member | None:
        """The running etcd."""
        return self._member if not self._trouble() and self._age >= _ETCD_SECONDS else None

    @property
    def has_quorum(self) -> bool:
        """Whether most members of its etcd run."""
        if self.member is None or self.member.peer.learns:
            return False
        voters = [peer for peer in self.member.etcd.peers.values() if not peer.learns]
        there = [one for one in self.together if one.member is not None and not one.member.peer.learns]
        return 2 * len(there) > len(voters)

    @property
    def together(self) -> list[ControlPlane]:
        """All control planes whose etcd runs as a member of the same cluster."""
        etcd = self.member.etcd if self.member is not None else None
        planes = [one.control_plane for one in self._world.machines.values() if one.is_on]
        return [one for one in planes if one.member is not None and one.member.etcd is etcd]

    @property
    def is_serving(self) -> bool:
        """Whether the API answers."""
        return self._age >= _API_SECONDS and self.has_quorum

    @property
    def is_leading(self) -> bool:
        """Whether its controller-manager and scheduler work."""
        due = self._leads_from is not None and self._world.clock.monotonic() >= self._leads_from
        return due and self.is_serving

    @property
    def is_led(self) -> bool:
        """Whether anybody's controller-manager and scheduler work."""
        return any(one.is_leading for one in self.together)

    @property
    def flags(self) -> dict[str, str]:
        """The flags of its controller-manager."""
        return _flags(self.machine.read(f"{MANIFESTS}/kube-controller-manager.yaml"))

    def step(self) -> None:
        """Take over the lease when it is time, and let the controllers work."""
        self.last_words = self._trouble() or self.last_words
        if not self.is_serving or self.store is None or self._controllers is None:
            return
        if not self.has_settled:
            self._make_namespaces(self.store)
            self.has_settled = True
        if any(one.is_leading for one in self.together if one is not self):
            self._leads_from = None
        elif self._leads_from is None:
            held = self.store.etcd.find("Lease", _LEASE, "kube-system")
            wait = self._world.random.uniform(*_LEASE_SECONDS) if held else 0.0
            self._leads_from = self._world.clock.monotonic() + wait
        if self.is_leading:
            self._controllers.step()

    def _make_namespaces(self, store: ObjectStore) -> None:
        """What the API server makes by itself."""
        for name in _NAMESPACES:
            store.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        metadata = {"name": "kubernetes", "namespace": "default"}
        spec = {"ports": [{"name": "https", "port": 443}]}
        store.apply({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec})
        metadata = {"name": "extension-apiserver-authentication", "namespace": "kube-system"}
        front = (self.machine.read(f"{PKI}/front-proxy-ca.crt") or b"").decode()
        data = {"client-ca-file": self.ca.decode(), "requestheader-client-ca-file": front}
        store.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})

    def take_lease(self) -> None:
        """Say in the API who leads."""
        assert self.store is not None
        spec = {"holderIdentity": f"{self.machine.spec.name}_{self.machine.boot_id}"}
        metadata = {"name": _LEASE, "namespace": "kube-system"}
        manifest = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": spec}
        self.store.apply(manifest)

    def _trouble(self) -> str:
        """What etcd says before it ends, if it cannot go on."""
        if self._disk is not None and self._disk.dead:
            return _DISK_WORDS
        return _DATABASE_WORDS if self._member is not None and self._member.damaged else ""

    @property
    def _age(self) -> float:
        return self._world.clock.monotonic() - self._since if self._since is not None else 0.0

    @property
    def _data_dir(self) -> str:
        manifest = (self.machine.read(f"{MANIFESTS}/etcd.yaml") or b"").decode()
        return ETCD_DATA_DIR.parse(Output(status=0, stdout=manifest))

    def _open_etcd(self) -> Member | None:
        disk, folder = self.machine.place(self._data_dir)
        self._disk = disk
        flags = _flags(self.machine.read(f"{MANIFESTS}/etcd.yaml"))
        if folder not in disk.databases and flags.get("initial-cluster-state") == "existing":
            awaited = self._awaited(flags)
            if awaited is None:
                return None
            disk.databases[folder] = awaited
        if folder not in disk.databases:
            random = self._world.random
            url = flags.get("initial-advertise-peer-urls", "http://localhost:2380")
            made = Etcd(cluster_id=random.getrandbits(62))
            disk.databases[folder] = made.join(random.getrandbits(62), flags.get("name", "default"), url)
        member = disk.databases[folder]
        member.etcd.term += 1
        # A member tells its name each time that it starts; its peer URL is what the database says.
        member.peer.name = flags.get("name", member.peer.name)
        member.etcd.space.quota = int(flags.get("quota-backend-bytes", "0"))
        return member

    def _awaited(self, flags: dict[str, str]) -> Member | None:
        """The place that a running etcd keeps for this machine; it has to be told of all members as they are."""
        told = sorted(one.partition("=")[2] for one in flags["initial-cluster"].split(","))
        planes = [one.control_plane for one in self._world.machines.values() if one.is_on]
        for etcd in (plane.member.etcd for plane in planes if plane.member is not None):
            known = {peer.url: number for number, peer in etcd.peers.items()}
            if sorted(known) == told:
                return Member(etcd, known[flags["initial-advertise-peer-urls"]])
        return None


def _flags(manifest: bytes | None) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+)=(\S+)", (manifest or b"").decode()))
