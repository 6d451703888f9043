"""The heartbeat of a run, left however the run ends."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

from harness.cli.exit_status import ExitStatus
from harness.cli.guard import Interruption
from harness.cli.heartbeat.beat import Beat
from harness.cli.heartbeat.place import Place
from harness.cli.heartbeat.send import leave
from harness.cli.run.parent import RunResult
from harness.cli.run.request import RunRequest
from harness.clock import Clock, HostClock


@contextlib.contextmanager
def beating(
    places: Sequence[Place], request: RunRequest, say: Callable[[str], object], clock: Clock | None = None
) -> Iterator[Callable[[Sequence[RunResult], int], None]]:
    """A block that says how its runs ended; where it breaks off instead, the heartbeat says that nobody can tell."""
    ends: list[tuple[Sequence[RunResult], int]] = []
    try:
        yield lambda results, status: ends.append((results, status))
    except BaseException as broken:
        ends[:] = [((), _status(broken))]
        raise
    finally:
        for results, status in ends[-1:] if places else []:
            for remark in leave(_beat(request, results, status, clock or HostClock()), places):
                say(f"Note: {remark}")


def _status(broken: BaseException) -> int:
    if isinstance(broken, Interruption):
        return ExitStatus.of_signal(broken.number)
    return ExitStatus.INTERRUPTED if isinstance(broken, KeyboardInterrupt) else ExitStatus.CANNOT_TELL


def _beat(request: RunRequest, results: Sequence[RunResult], status: int, clock: Clock) -> Beat:
    outcomes = [outcome for result in results for outcome in result.outcomes]
    # Of a drill that was repeated the worst counts: the one that did not pass.
    verdicts = {one.drill: one.verdict for one in sorted(outcomes, key=lambda one: one.verdict != "passed")}
    return Beat(
        run=results[-1].run if results else "",
        ended=clock.now(),
        status=status,
        provider=request.provider,
        drills=verdicts,
        sabotage=request.sabotage or "",
        shard=str(request.shard) if request.shard is not None else "",
        division=request.shard.division if request.shard is not None else "",
    )
