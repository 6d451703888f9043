"""One reader of outside text, and what it is tried with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from harness.errors import LabError, SpecError, explain
from tests.fuzz.mutation import damaged_bytes, damaged_number, damaged_text

#: What a reader takes: texts, bytes and numbers.
Parts = tuple[Any, ...]
#: The ways in which any reader may refuse; whoever may do so otherwise says it.
OWN = (SpecError, LabError)
_LONGEST_SENTENCE = 5_000
_NO_SENTENCE = ("Traceback", "validation error for", " object at 0x", "<class ", "Errno ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """A reader with good inputs; `weight` says how often it is tried beside others."""

    name: str
    corpus: tuple[Parts, ...]
    read: Callable[..., object]
    refusals: tuple[type[BaseException], ...] = OWN
    weight: float = 1.0
    #: Damages the parts in a way of its own.
    damage: Callable[[Parts, Random], Parts] | None = None
    #: Whether its refusals are shown as they are.
    is_shown: bool = True

    def some_input(self, chance: Random) -> Parts:
        """A good input, damaged."""
        parts = chance.choice(self.corpus)
        if self.damage is not None:
            return self.damage(parts, chance)
        other = chance.choice(self.corpus)
        hit = chance.randrange(len(parts))
        return tuple(
            _damaged(part, other[place], chance) if place == hit or chance.random() < 0.15 else part
            for place, part in enumerate(parts)
        )


def _damaged(part: Any, other: Any, chance: Random) -> Any:
    if isinstance(part, str):
        return damaged_text(part, other if isinstance(other, str) else "", chance)
    if isinstance(part, bytes):
        return damaged_bytes(part, other if isinstance(other, bytes) else b"", chance)
    return damaged_number(part, chance)


def why_unclear(refusal: BaseException, *, is_shown: bool) -> str:
    """What keeps a refusal from being a sentence that one can read; empty if nothing does."""
    if not str(refusal).strip():
        return "it says nothing"
    said = explain(refusal)
    if len(said) > _LONGEST_SENTENCE:
        return f"it takes {len(said)} characters to say"
    if is_shown and not all(letter.isprintable() for letter in said.replace("\n", " ")):
        return "it holds what is no letter of a sentence"
    return next((f"it holds '{word.strip()}'" for word in _NO_SENTENCE if word in said), "")
