"""Which test runs which line, and how long each takes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import coverage
import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.mutant import Mutant


@dataclass(slots=True)
class Reach:
    """Tests are known by their number in the order of collection."""

    #: By file and line.
    lines: dict[tuple[str, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[int, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def add(self, other: Reach) -> None:
        """What another process found."""
        for line, tests in other.lines.items():
            self.lines[line] |= tests
        self.seconds |= other.seconds
        self.failed += other.failed

    def of(self, file: str, one: Mutant) -> set[int]:
        """The tests that can notice a mutant; `file` is its whole path."""
        if one.is_live:
            return set().union(*(self.lines.get((file, line), ()) for line in range(one.first, one.last + 1)))
        # It is run by the import, so that anybody may notice.
        return set(self.seconds)

    def of_file(self, file: str) -> set[int]:
        """The tests that run anything of it."""
        return set().union(*(tests for (path, _), tests in self.lines.items() if path == file))


def measure(items: Sequence[pytest.Item], numbers: Sequence[int], files: Sequence[str]) -> Reach:
    """Run these tests as they are."""
    reach = Reach()
    tracer = coverage.Coverage(data_file=None, include=list(files), config_file=False, messages=False)
    tracer.start()
    for place, number in enumerate(numbers):
        tracer.switch_context(str(number))
        began = time.process_time()
        after = items[numbers[place + 1]] if place + 1 < len(numbers) else None
        reports = runtestprotocol(items[number], log=False, nextitem=after)
        reach.seconds[number] = time.process_time() - began
        reach.failed += [report.nodeid for report in reports if report.failed]
    tracer.stop()
    found = tracer.get_data()
    for file in found.measured_files():
        for line, contexts in found.contexts_by_lineno(file).items():
            reach.lines[file, line] |= {int(context) for context in contexts if context}
    reach.lines = dict(reach.lines)
    return reach
