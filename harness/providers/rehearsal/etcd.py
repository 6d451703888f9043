"""The database of a simulated cluster: objects, revisions, and the history that watches follow."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.providers.rehearsal.space import Space

Item = dict[str, Any]
_Name = tuple[str, str]
_DIGEST = 32
_ELECTION_SECONDS = 1.2
#: Of all ConfigMaps, those that something here acts upon.
_HEEDED = ("kube-root-ca.crt", "cluster-info")


@dataclass(frozen=True, slots=True)
class Change:
    """One revision."""

    revision: int
    change: str
    item: Item


@dataclass(slots=True)
class Peer:
    """What all members know of one of them."""

    name: str
    url: str
    #: It has no vote yet.
    learns: bool = False


@dataclass(slots=True, eq=False)
class Member:
    """The data of one member as they lie on its disk: they are those of its cluster."""

    etcd: Etcd
    id: int
    #: Nobody can read them any more.
    damaged: bool = False
    #: The account whose files they are.
    owner: str = "root"

    @property
    def peer(self) -> Peer:
        """What the others know of it."""
        return self.etcd.peers[self.id]


@dataclass(slots=True, kw_only=True, eq=False)
class Etcd:
    """One cluster of members with all that they store; what is stored is never changed in place."""

    cluster_id: int
    peers: dict[int, Peer] = field(default_factory=dict)
    term: int = 1
    revision: int = 1
    #: Whoever watches from before it has to list anew.
    compacted: int = 0
    #: Until when it takes nobody else in: a new member has to be connected to all others for a while.
    unsettled_until: float = 0.0
    #: The member that was elected last, and until when none is.
    leader: int = 0
    electing_until: float = 0.0
    #: When the API last heard of each kubelet.
    heard_of: dict[str, float] = field(default_factory=dict)
    space: Space = field(default_factory=Space)
    #: Keys beside those of Kubernetes.
    loose: set[str] = field(default_factory=set)
    #: How often somebody wanted something changed that kubelets or controllers act upon.
    turns: int = 0
    _items: dict[str, dict[_Name, Item]] = field(default_factory=dict)
    #: The names of each kind in order, until one comes or goes.
    _ordered: dict[str, list[_Name]] = field(default_factory=dict)
    _history: list[Change] = field(default_factory=list)
    #: Objects as they stand in a snapshot: from one to the next most of them stay as they were.
    _texts: dict[tuple[str, _Name], tuple[Item, str]] = field(default_factory=dict)

    def join(self, member_id: int, name: str, url: str) -> Member:
        """One more member."""
        self.peers[member_id] = Peer(name, url)
        return Member(self, member_id)

    def elect(self, member_id: int, now: float) -> None:
        """Follow another member, once the election is over."""
        self.leader, self.term, self.electing_until = member_id, self.term + 1, now + _ELECTION_SECONDS

    def find(self, kind: str, name: str, namespace: str | None = None) -> Item | None:
        """One object, if it is there."""
        return self._items.get(kind, {}).get((namespace or "", name))

    def of_kind(self, kind: str, namespace: str | None = None) -> list[Item]:
        """All objects of a kind by name, in one namespace or in all."""
        found = self._items.get(kind, {})
        if kind not in self._ordered:
            self._ordered[kind] = sorted(found)
        return [found[key] for key in self._ordered[kind] if namespace is None or key[0] == namespace]

    def inside(self, namespace: str) -> list[Item]:
        """All objects of a namespace."""
        return [item for kind in self._items for item in self.of_kind(kind, namespace)]

    def put(self, item: Item) -> Item:
        """Store an object under the next revision, if there is room for it."""
        self._turn(item)
        if not self.space.takes(item):
            return self.find(item["kind"], *reversed(_name(item))) or item
        self.revision += 1
        stored = {**item, "metadata": {**item["metadata"], "resourceVersion": str(self.revision)}}
        shelf = self._items.setdefault(item["kind"], {})
        change = "MODIFIED" if _name(item) in shelf else "ADDED"
        if change == "ADDED":
            self._ordered.pop(item["kind"], None)
        shelf[_name(item)] = stored
        self._history.append(Change(self.revision, change, stored))
        return stored

    def remove(self, item: Item) -> None:
        """Delete an object, which is a revision as well."""
        self._turn(item)
        if self._items.get(item["kind"], {}).pop(_name(item), None) is not None:
            self._ordered.pop(item["kind"], None)
            self.revision += 1
            metadata = {**item["metadata"], "resourceVersion": str(self.revision)}
            self._history.append(Change(self.revision, "DELETED", {**item, "metadata": metadata}))

    def _turn(self, item: Item) -> None:
        self.turns += item["kind"] != "ConfigMap" or item["metadata"]["name"] in _HEEDED

    def changes(self, kind: str, namespace: str, since: int) -> Iterator[Change]:
        """What happened to objects of a kind after a revision."""
        start = len(self._history)
        while start and self._history[start - 1].revision > since:
            start -= 1
        for change in self._history[start:]:
            if change.item["kind"] == kind and change.item["metadata"].get("namespace") == namespace:
                yield change

    def snapshot(self) -> bytes:
        """All objects and the revision, with a digest behind them; names and numbers of members are not in it."""
        content = f'{{"items": [{", ".join(map(self._text, self._all()))}], "revision": {self.revision}}}'.encode()
        return content + hashlib.sha256(content).digest()

    def _text(self, item: Item) -> str:
        name = (item["kind"], _name(item))
        known = self._texts.get(name)
        if known is None or known[0] is not item:
            known = self._texts[name] = (item, json.dumps(item, sort_keys=True))
        return known[1]

    def fill(self, content: SnapshotContent, *, bump: int, compacted: bool) -> None:
        """Take over what a snapshot held."""
        for item in content.items:
            self._items.setdefault(item["kind"], {})[_name(item)] = item
        self._ordered.clear()
        self.turns += 1
        self.revision = content.revision + bump
        # An API server keeps no history from before its start; whoever asks for more has to list anew.
        self.compacted = self.revision if compacted else content.revision

    def compact(self) -> None:
        """Free the pages of all revisions but the newest."""
        self.space.compact(self._all())

    def _all(self) -> list[Item]:
        return [item for kind in self._items for item in self.of_kind(kind)]

    @property
    def hash(self) -> int:
        """A number that two members share only if they hold the same."""
        content = [[kind, *name, item] for kind, shelf in sorted(self._items.items()) for name, item in shelf.items()]
        return zlib.crc32(json.dumps(content, sort_keys=True).encode())


@dataclass(frozen=True, slots=True)
class SnapshotContent:
    """What was in a snapshot."""

    revision: int
    items: list[Item]

    @property
    def hash(self) -> int:
        """A number by which it is told from another."""
        return zlib.crc32(json.dumps([self.revision, self.items], sort_keys=True).encode())


def read_snapshot(content: bytes) -> SnapshotContent:
    """Read a snapshot back; one that was changed is a ValueError in etcdutl's words."""
    body, digest = content[:-_DIGEST], content[-_DIGEST:]
    if hashlib.sha256(body).digest() != digest:
        raise ValueError(f"expected sha256 {list(digest)}, got {list(hashlib.sha256(body).digest())}")
    found = json.loads(body)
    return SnapshotContent(found["revision"], found["items"])


def copied(value: Any) -> Any:
    """What JSON can say, anew; `copy.deepcopy` takes five times as long over it."""
    if isinstance(value, dict):
        return {key: one if type(one) is str else copied(one) for key, one in value.items()}
    return [copied(one) for one in value] if isinstance(value, list) else value


def _name(item: Item) -> _Name:
    return item["metadata"].get("namespace") or "", item["metadata"]["name"]
