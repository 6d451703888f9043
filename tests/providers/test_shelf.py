"""A mapping that nobody changes unseen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.providers.rehearsal.shelf import Shelf


def joined(shelf: Shelf[str, int]) -> None:
    shelf |= {"b": 2}


def test_each_change_is_counted_and_no_look_is() -> None:
    shelf: Shelf[str, int] = Shelf({"a": 1})
    shelf["b"] = 2
    del shelf["b"]
    assert shelf.pop("a") == 1
    assert shelf.pop("a", None) is None
    assert shelf.turns == 4
    assert (shelf.get("a"), "a" in shelf, list(shelf), shelf.turns) == (None, False, [], 4)


@pytest.mark.parametrize(
    "change",
    [
        lambda shelf: shelf.update({"b": 2}),
        lambda shelf: shelf.update(b=2),
        lambda shelf: shelf.clear(),
        lambda shelf: shelf.setdefault("b", 2),
        lambda shelf: shelf.setdefault("a", 2),
        lambda shelf: shelf.popitem(),
        joined,
    ],
)
def test_a_change_that_would_not_be_counted_is_refused(change: Callable[[Shelf[str, int]], object]) -> None:
    shelf: Shelf[str, int] = Shelf({"a": 1})
    with pytest.raises(TypeError, match="one thing at a time"):
        change(shelf)
    assert (shelf, shelf.turns) == ({"a": 1}, 0)
