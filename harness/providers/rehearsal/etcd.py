"""The database of a simulated cluster: objects, revisions, and the history that watches follow."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Item = dict[str, Any]
_Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One revision."""

    revision: int
    change: str
    item: Item


@dataclass(slots=True, kw_only=True)
class Etcd:
    """One member with all that it stores; what is stored is never changed in place."""

    name: str
    peer_url: str
    cluster_id: int
    member_id: int
    term: int = 1
    revision: int = 1
    #: Whoever watches from before it has to list anew.
    compacted: int = 0
    _items: dict[str, dict[_Name, Item]] = field(default_factory=dict)
    _history: list[Change] = field(default_factory=list)

    def find(self, kind: str, name: str, namespace: str | None = None) -> Item | None:
        """One object, if it is there."""
        return self._items.get(kind, {}).get((namespace or "", name))

    def of_kind(self, kind: str, namespace: str | None = None) -> list[Item]:
        """All objects of a kind by name, in one namespace or in all."""
        found = self._items.get(kind, {})
        return [found[key] for key in sorted(found) if namespace is None or key[0] == namespace]

    def put(self, item: Item) -> Item:
        """Store an object under the next revision."""
        self.revision += 1
        stored = {**item, "metadata": {**item["metadata"], "resourceVersion": str(self.revision)}}
        shelf = self._items.setdefault(item["kind"], {})
        change = "MODIFIED" if _name(item) in shelf else "ADDED"
        shelf[_name(item)] = stored
        self._history.append(Change(self.revision, change, stored))
        return stored

    def remove(self, item: Item) -> None:
        """Delete an object, which is a revision as well."""
        if self._items.get(item["kind"], {}).pop(_name(item), None) is not None:
            self.revision += 1
            metadata = {**item["metadata"], "resourceVersion": str(self.revision)}
            self._history.append(Change(self.revision, "DELETED", {**item, "metadata": metadata}))

    def changes(self, kind: str, namespace: str, since: int) -> Iterator[Change]:
        """What happened to objects of a kind after a revision."""
        start = len(self._history)
        while start and self._history[start - 1].revision > since:
            start -= 1
        for change in self._history[start:]:
            if change.item["kind"] == kind and change.item["metadata"].get("namespace") == namespace:
                yield change

    @property
    def hash(self) -> int:
        """A number that two members share only if they hold the same."""
        content = [[kind, *name, item] for kind, shelf in sorted(self._items.items()) for name, item in shelf.items()]
        return zlib.crc32(json.dumps(content, sort_keys=True).encode())


def _name(item: Item) -> _Name:
    return item["metadata"].get("namespace") or "", item["metadata"]["name"]
