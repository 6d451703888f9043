"""What the static pods of one control plane do: come up, serve, and wait for the lease of their forerunner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.facts.etcd_service import ACCOUNT, UNIT
from harness.providers.rehearsal.controllers import Controllers
from harness.providers.rehearsal.customs import pod_security
from harness.providers.rehearsal.disk import SimulatedDisk
from harness.providers.rehearsal.etcd import Etcd, Member
from harness.providers.rehearsal.flags import data_dir_in, flags_in
from harness.providers.rehearsal.last_words import DATABASE_WORDS, DISK_WORDS, OWNER_WORDS, SPACE_WORDS
from harness.providers.rehearsal.leases import Candidate
from harness.providers.rehearsal.own_objects import PKI, make_own_objects
from harness.providers.rehearsal.sealing import sealing
from harness.providers.rehearsal.server import ObjectStore
from harness.providers.rehearsal.solitude import Solitude

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

MANIFESTS = "/etc/kubernetes/manifests"
_NEEDED = ("ca.crt", "apiserver.crt", "apiserver.key", "sa.key", "sa.pub", "etcd/ca.crt", "apiserver-etcd-client.crt")
_ETCD_SECONDS = 2.0
_API_SECONDS = 6.0
_STARTED_SECONDS = 10.0  # whoever does not serve by then is not about to
#: A member that crashed is started again by kubelet.
_RESTART_SECONDS = 2.0
#: As the kernel names them.
_CONTROLLERS, _SCHEDULER = "kube-controller-manager", "kube-scheduler"


class ControlPlane:
    """etcd, API server, controller-manager and scheduler of one machine; certificates are read when they start."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self.machine = machine
        self._world = machine.world
        self._since: float | None = None
        self.candidates = {name: Candidate(name) for name in (_CONTROLLERS, _SCHEDULER)}
        #: Until when etcd is down after a crash.
        self._down_until = 0.0
        self._store: ObjectStore | None = None
        self.solitude = Solitude(self)
        self.ca = self.certificate = self.sa_pub = b""
        self._controllers: Controllers | None = None
        #: Whether the API has made what it makes by itself.
        self.has_settled = False
        #: The address of etcd, where it is on another machine.
        self._elsewhere = ""
        self._rules: str | None = None
        self._keys: str | None = None
        self._member: Member | None = None
        #: Where etcd's data are, and what etcd said when that failed it.
        self._disk: SimulatedDisk | None = None
        self.last_words = ""

    def start(self) -> None:
        """Start, if kubelet finds the manifests and they find their keys."""
        machine = self.machine
        if self._since is not None or machine.file(f"{MANIFESTS}/kube-apiserver.yaml") is None:
            return
        if any(machine.file(f"{PKI}/{name}") is None for name in _NEEDED):
            return
        flags = flags_in(machine.read(f"{MANIFESTS}/kube-apiserver.yaml"))
        rules, keys = (flags.get(name) for name in ("admission-control-config-file", "encryption-provider-config"))
        if any(path is not None and machine.file(path) is None for path in (rules, keys)):
            return
        self.ca, self.certificate, self.sa_pub = (
            machine.read(f"{PKI}/{name}") or b"" for name in ("ca.crt", "apiserver.crt", "sa.pub")
        )
        if machine.file(f"{MANIFESTS}/etcd.yaml") is None:
            self._elsewhere = flags.get("etcd-servers", "").removeprefix("https://").partition(":")[0]
        elif machine.file(f"{PKI}/etcd/server.crt") is not None and machine.place(self._data_dir)[0].takes_writes:
            self._member = self._open_etcd()
        found = self._member or self.member
        if found is None:
            return
        self._rules, self._keys = rules, keys
        self._serve(found.etcd)
        self._since = self._world.clock.monotonic()
        self.has_settled = False
        self._begin(*self.candidates.values())

    def start_service(self) -> bool:
        """Start etcd alone, as its unit says; whether it could."""
        self._member = self._open_etcd()
        self._since = self._world.clock.monotonic() - _ETCD_SECONDS
        self.last_words = self._trouble() or self.last_words
        return self._member is not None and not self._trouble()

    def _serve(self, etcd: Etcd) -> None:
        """Let API server and controllers work with this etcd."""
        rules = pod_security(self.machine, self._rules) if self._rules else None
        self._store = ObjectStore(self._world, etcd, rules, sealing(self.machine, self._keys))
        self._controllers = Controllers(self._world, self, self._store)

    @property
    def store(self) -> ObjectStore | None:
        """What the API server tells; once another etcd answers where it looks for its own, it tells of that one."""
        member = self.member
        if self._store is not None and member is not None and member.etcd is not self._store.etcd:
            self._serve(member.etcd)
        return self._store

    def go_dark(self) -> None:
        """Whatever was not on a disk is gone."""
        self._resign()
        self._since, self._store, self._controllers, self._disk = None, None, None, None
        self._member, self._elsewhere, self.has_settled = None, "", False
        self._begin(*self.candidates.values())

    def crash(self, program: str) -> bool:
        """End one program, which kubelet starts again; whether it ran."""
        if program == "etcd" and self.member is not None:
            self._resign()
            self._down_until = self._world.clock.monotonic() + _RESTART_SECONDS
            return True
        found = [one for name, one in self.candidates.items() if name.startswith(program)]
        if self.is_serving:
            self._begin(*found)
        return self.is_serving and bool(found)

    def lose_touch(self) -> None:
        """Nothing of what the others write from now on arrives here."""
        self._resign()
        self.solitude.begin()

    def give_up(self, program: str) -> None:
        """End a program whose lease cannot be renewed; it starts anew, behind all others."""
        self._begin(self.candidates[program])
        self.machine.kubelet.restart_static(program)

    def _begin(self, *candidates: Candidate) -> None:
        for one in candidates:
            one.start(f"{self.machine.spec.called}_{self._world.uuid()}")

    def _resign(self) -> None:
        """If its etcd leads, the others elect another one."""
        if self.leads_members and self.member is not None:
            fellows = self._fellows(self.member)
            heir = next((member for one, member in fellows if one is not self and not member.peer.learns), None)
            self.member.etcd.elect(heir.id if heir else 0, self._world.clock.monotonic())

    @property
    def member(self) -> Member | None:
        """The running etcd, here or where the API server's flag says, if it is a member still."""
        if self._elsewhere:
            home = self._world.at(self._elsewhere, self.machine)
            return home.control_plane.member if home is not None else None
        member = self._member
        # One that the others have removed ends itself.
        if member is None or member.id not in member.etcd.peers or self._since is None:
            return None
        now = self._world.clock.monotonic()
        is_up = now >= self._down_until and now - self._since >= _ETCD_SECONDS
        return member if is_up and not self._trouble() else None

    @property
    def _etcd_flags(self) -> dict[str, str]:
        return flags_in(self.machine.read(f"{MANIFESTS}/etcd.yaml") or self.machine.read(UNIT))

    @property
    def leader(self) -> Member | None:
        """Whom its etcd follows: the oldest, until that is gone."""
        there = [member for _, member in self._fellows(self.member) if not member.peer.learns]
        chosen = next((one for one in there if one.id == one.etcd.leader), next(iter(there), None))
        return chosen if self.has_quorum else None

    @property
    def leads_members(self) -> bool:
        """Whether the others follow its etcd."""
        return self.member is not None and self.leader is self.member

    @property
    def has_quorum(self) -> bool:
        """Whether most members of its etcd run."""
        own = self.member
        if own is None or own.peer.learns or self._world.clock.monotonic() < own.etcd.electing_until:
            return False
        if len(own.etcd.peers) == 1:
            return True
        voters = [peer for peer in own.etcd.peers.values() if not peer.learns]
        return 2 * len({one.id for _, one in self._fellows(own) if not one.peer.learns}) > len(voters)

    @property
    def together(self) -> list[ControlPlane]:
        """All control planes in reach whose etcd runs as a member of the same cluster."""
        return [plane for plane, _ in self._fellows(self.member)]

    def _fellows(self, own: Member | None) -> list[tuple[ControlPlane, Member]]:
        """The same, each with its member: asking all of all, time and again, was a quarter of a rehearsal."""
        if own is None:
            return []
        heard = (one.control_plane for one in self._world.machines.values() if self._hears(one))
        found = ((plane, plane.member) for plane in heard)
        return [(plane, member) for plane, member in found if member is not None and member.etcd is own.etcd]

    def _hears(self, other: SimulatedMachine) -> bool:
        return other.is_on and self._world.reaches(self.machine, other)

    @property
    def is_serving(self) -> bool:
        """Whether the API answers."""
        return self._store is not None and self._age >= _API_SECONDS and self.has_quorum

    @property
    def is_leading(self) -> bool:
        """Whether its controller-manager works."""
        return self.is_serving and self.candidates[_CONTROLLERS].leads(self._world.clock.monotonic())

    @property
    def is_led(self) -> bool:
        """Whether anybody's controller-manager works."""
        return any(one.is_leading for one in self.together)

    @property
    def flags(self) -> dict[str, str]:
        """The flags of its controller-manager."""
        return flags_in(self.machine.read(f"{MANIFESTS}/kube-controller-manager.yaml"))

    @property
    def turns(self) -> int:
        """How often its etcd was changed in what machines act upon."""
        return self._member.etcd.turns if self._member is not None else 0

    def step(self) -> bool:
        """Take over the lease when it is time, and let the controllers work; whether nothing but time is waited for."""
        self.last_words = self._trouble() or self.last_words
        if self.machine.is_isolated:
            self.solitude.step()
        if not self.is_serving or (store := self.store) is None or self._controllers is None:
            return self._since is None or self._age > _STARTED_SECONDS
        if not self.has_settled:
            make_own_objects(self.machine, self.ca, store)
            self.has_settled = True
        others = [one for one in self.together if one is not self and one.is_serving]
        for name, candidate in self.candidates.items():
            if self.machine.read(f"{MANIFESTS}/{name}.yaml") is None:
                self._begin(candidate)
            candidate.wait(self._world, store, [one.candidates[name] for one in others])
        now = self._world.clock.monotonic()
        is_calm = not self.candidates[_CONTROLLERS].leads(now) or self._controllers.step()
        if self.candidates[_SCHEDULER].leads(now):
            self._controllers.schedule()
        return is_calm

    def _trouble(self) -> str:
        """What etcd says before it ends, if it cannot go on."""
        if self._disk is not None and not self._disk.takes_writes:
            return DISK_WORDS if self._disk.dead else SPACE_WORDS
        return DATABASE_WORDS if self._member is not None and self._member.damaged else ""

    @property
    def _age(self) -> float:
        return self._world.clock.monotonic() - self._since if self._since is not None else 0.0

    @property
    def _data_dir(self) -> str:
        manifest = self.machine.read(f"{MANIFESTS}/etcd.yaml")
        if manifest is None:
            return self._etcd_flags["data-dir"]
        return data_dir_in(manifest)

    def _open_etcd(self) -> Member | None:
        disk, folder = self.machine.place(self._data_dir)
        self._disk = disk
        flags = self._etcd_flags
        account = ACCOUNT if self.machine.file(UNIT) is not None else "root"
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
            disk.databases[folder].owner = account
        member = disk.databases[folder]
        if account not in ("root", member.owner):
            self.last_words = OWNER_WORDS
            return None
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
