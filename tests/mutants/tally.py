"""What a hunt came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.mutants.hunt import Fate


@dataclass(slots=True)
class Tally:
    """Counts, and the mutants that nobody noticed."""

    #: Why nobody can notice some of them, by their keys.
    reasons: Mapping[str, str]
    rooms: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, fate: Fate, *, loudly: bool = False) -> Iterator[str]:
        """Count it, and say what somebody has to know of it."""
        one = fate.mutant
        word = self._word(fate)
        self.rooms.setdefault(one.file.rpartition("/")[0] or one.file, Counter())[word] += 1
        if word == "survived":
            why = f"none of {fate.tests} tests" if fate.tests else "no test runs it"
            yield f"SURVIVED {one} ({why})\n    {one.text[:150]}"
        elif word == "wrongly listed":
            yield f"NO EQUIVALENT {one}: noticed by {fate.by}"
        elif loudly:
            yield f"{word} {one}: {fate.by or self.reasons[one.key]}"

    def _word(self, fate: Fate) -> str:
        listed = fate.mutant.key in self.reasons
        if fate.survived:
            return "equivalent" if listed else "survived"
        if listed:
            return "wrongly listed"
        return "noticed by its deadline" if fate.by == "(deadline)" else "noticed"

    def lines(self, seconds: float) -> Iterator[str]:
        """The whole of it."""
        for room, words in sorted(self.rooms.items()):
            told = ", ".join(f"{count} {word}" for word, count in words.most_common())
            yield f"{room}: {words.total()} mutants: {told}"
        yield f"{self._count('survived')} survived, in {seconds:.0f} s"

    @property
    def tried(self) -> int:
        """How many."""
        return sum(words.total() for words in self.rooms.values())

    def _count(self, word: str) -> int:
        return sum(words[word] for words in self.rooms.values())

    @property
    def status(self) -> int:
        """Of the command."""
        return 1 if self._count("survived") or self._count("wrongly listed") else 0
