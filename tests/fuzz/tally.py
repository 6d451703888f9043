"""What fuzzing came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.fuzz.trial import Trial

AGAIN = "`python -m tests.fuzz --replay SEED` makes an input again: it hangs on the seed alone."


@dataclass(slots=True)
class Tally:
    """How many inputs each reader got, how many it refused, and what was wrong."""

    tried: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[Trial] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        """Count one."""
        self.tried[trial.parser] += 1
        self.refused[trial.parser] += trial.refused
        if trial.wrong:
            self.wrong.append(trial)

    def __iadd__(self, other: Tally) -> Tally:
        self.tried += other.tried
        self.refused += other.refused
        self.wrong += other.wrong
        return self

    @property
    def runs(self) -> int:
        """How many inputs there were."""
        return self.tried.total()

    @property
    def is_idle(self) -> bool:
        """Whether the damage did none: then nothing was shown."""
        return not self.refused.total()

    def lines(self, seconds: float) -> Iterator[str]:
        """The whole of it."""
        yield (
            f"{self.runs} inputs for {len(self.tried)} readers in {seconds:.0f} s, {self.refused.total()} of them"
            f" refused: {len(self.wrong)} wrong"
        )
        if self.is_idle:
            yield "Nothing was refused, so nothing was damaged."
        if self.wrong:
            yield AGAIN
