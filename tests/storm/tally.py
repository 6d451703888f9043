"""What a storm came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.storm.voyage import Landing

AGAIN = "`python -m tests.storm --replay SEED` performs one again: what it does hangs on the seed alone."


@dataclass(slots=True)
class Tally:
    """Counts of verdicts and of blows, and what was wrong."""

    runs: int = 0
    wrong: int = 0
    struck: int = 0
    words: Counter[str] = field(default_factory=Counter)
    blows: Counter[str] = field(default_factory=Counter)

    def add(self, landings: Sequence[Landing], left: str) -> Iterator[str]:
        """Count them, and say what is wrong with each."""
        for landing in landings:
            self.runs += 1
            self.wrong += bool(landing.wrong)
            self.struck += bool(landing.struck)
            self.words[landing.word or "no verdict"] += 1
            self.blows.update(one.blow for one in landing.struck)
            if landing.wrong:
                yield "\n".join([str(landing), *(f"  {one}" for one in landing.wrong)])
        if left:
            self.wrong += 1
            yield f"seeds {landings[0].seed} to {landings[-1].seed}: reap left {left}"

    def lines(self, seconds: float, processor: float) -> Iterator[str]:
        """The whole of it, and what it cost."""
        yield f"{self.runs} drills in {seconds:.0f} s, {self.struck} of them struck: {self.wrong} wrong"
        yield f"{processor / max(self.runs, 1):.3f} s of processor time each"
        yield f"verdicts: {_listed(self.words)}"
        yield f"blows: {_listed(self.blows)}"
        if self.wrong:
            yield AGAIN


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counted.most_common()) or "none"
