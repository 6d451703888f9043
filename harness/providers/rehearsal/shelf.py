"""A mapping that counts its changes: who has seen this number before need not look again."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

_Key = TypeVar("_Key")
_Thing = TypeVar("_Thing")


class Shelf(dict[_Key, _Thing]):
    """Changed one thing at a time, in the three ways that are counted."""

    turns = 0

    def __setitem__(self, key: _Key, thing: _Thing) -> None:
        """Put it there."""
        self.turns += 1
        super().__setitem__(key, thing)

    def __delitem__(self, key: _Key) -> None:
        """Take it away."""
        self.turns += 1
        super().__delitem__(key)

    def pop(self, key: _Key, *otherwise: Any) -> Any:
        """Take it away, and have it."""
        self.turns += 1
        return super().pop(key, *otherwise)

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("A shelf is changed one thing at a time, by item, 'del' or 'pop': all else is uncounted")

    update = clear = setdefault = popitem = __ior__ = _refuse
