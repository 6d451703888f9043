"""What etcd and the API server answer on each side of a network that is parted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from harness.facts.etcd import ETCDCTL, Header
from harness.facts.fact import Output
from harness.facts.reading import fit_json, shortened, succeeded

#: What somebody tries to write where no majority is.
KEY, OBJECT = "/kubedrill/parted", "parted"
_OBJECT_KEY = f"/registry/configmaps/default/{OBJECT}"
#: It is there in each cluster, and nobody changes it.
_KNOWN_KEY = "/registry/namespaces/kube-system"
#: How those refuse who cannot know what the others have agreed upon; whoever refuses in other words has another reason.
_REFUSALS = ("deadline exceeded", "timed out", "no leader", "leader changed", "Timeout")
#: Longer than an election takes, so that nobody refuses who is about to have a leader.
_ASK = (*ETCDCTL, "--command-timeout=4s", "-w", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Whether it was done, of which revision the answer is, and what was said where it was refused."""

    taken: bool
    revision: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Got:
    header: Header
    kvs: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class EtcdRead:
    """A read of a key that is there: of what all agree upon, or of what this member has, however old."""

    name: str = "etcd-read"
    argv: tuple[str, ...] = (*_ASK, "get", "--keys-only", _KNOWN_KEY)

    def parse(self, output: Output) -> Attempt:
        """The revision that it was answered with, or the refusal."""
        if output.status != 0:
            return _refused(output)
        got = fit_json(_Got, output.stdout)
        if not got.kvs:
            raise ValueError(f"an answer without the key {_KNOWN_KEY}")
        return Attempt(taken=True, revision=got.header.revision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A write that only a majority can take."""

    name: str
    argv: tuple[str, ...]

    def of(self, address: object) -> Write:
        """The same through the API server of one machine."""
        return replace(self, argv=tuple(word.replace("ADDRESS", str(address)) for word in self.argv))

    def parse(self, output: Output) -> Attempt:
        """That it was taken, or the refusal."""
        return Attempt(taken=True) if output.status == 0 else _refused(output)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Whether etcd holds a key."""

    name: str
    argv: tuple[str, ...]

    def parse(self, output: Output) -> bool:
        """Whether it does."""
        return bool(fit_json(_Got, succeeded(output)).kvs)


def _refused(output: Output) -> Attempt:
    words = [line for line in output.stderr.splitlines() if line.startswith("Error")] or output.stderr.splitlines()
    line = words[-1] if words else ""
    # kubectl names the whole request before it says what became of it.
    said = shortened(line.rpartition('": ')[2])
    if not any(one in line for one in _REFUSALS):
        raise ValueError(f"refused, but not for want of a majority: {said or 'nothing was said'}")
    return Attempt(taken=False, said=said)


ETCD_READ = EtcdRead()
ETCD_OLD_READ = EtcdRead(name="etcd-old-read", argv=(*_ASK, "get", "--keys-only", "--consistency=s", _KNOWN_KEY))
ETCD_PARTED_WRITE = Write(name="etcd-parted-write", argv=(*_ASK, "put", KEY, "tried"))
#: An API server waits for its etcd for longer than a client that has a limit: after 20 s it had not said a word.
API_PARTED_WRITE = Write(
    name="api-parted-write",
    argv=(
        *("kubectl", "--server=https://ADDRESS:6443", "--request-timeout=10s"),
        *("create", "configmap", OBJECT, "--namespace=default"),
    ),
)
ETCD_PARTED_KEY = Kept(name="etcd-parted-key", argv=(*_ASK, "get", "--keys-only", KEY))
ETCD_PARTED_OBJECT = Kept(name="etcd-parted-object", argv=(*_ASK, "get", "--keys-only", _OBJECT_KEY))
