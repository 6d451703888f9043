"""What the kills came to, as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from tests.kill.shot import Shot

_TITLES = ("kill", "signal", "target", "moment", "drills were in", "seconds to clean", "outcome")


def page(shots: Sequence[Shot], *, provider: str, seed: int, last: str) -> Iterator[str]:
    """One line for each kill, what was wrong, and how the drill after all of them ended."""
    wrong = sum(bool(shot.wrong) for shot in shots)
    yield f"# {len(shots)} kills on the provider {provider}, seed {seed}"
    yield ""
    yield f"| {' | '.join(_TITLES)} |"
    yield "| ---: | --- | --- | --- | --- | ---: | --- |"
    yield from map(_row, shots)
    yield ""
    yield from (f"- kill {shot.aim.number}, {shot.aim}: {one}" for shot in shots for one in shot.wrong)
    if wrong:
        yield ""
    if shots:
        alone = [shot.seconds for shot in shots if not shot.aim.spares_neighbour]
        yield f"{_spread(alone or [0.0])}; {wrong} of {len(shots)} kills went wrong."
    yield f"The drill after them: {last}."


def _row(shot: Shot) -> str:
    aim = shot.aim
    moment = f"{aim.moment} of {aim.drill}" if aim.phase else aim.moment
    phases = ", ".join(dict.fromkeys(shot.phases.values()))
    outcome = f"WRONG: {len(shot.wrong)}; {shot.outcome}" if shot.wrong else shot.outcome
    seconds = f"{shot.seconds:.1f}" + (" with the drill beside it" if aim.spares_neighbour else "")
    cells = (str(aim.number), aim.signal.name, aim.target, moment, phases, seconds, outcome)
    return f"| {' | '.join(cells)} |"


def _spread(seconds: Sequence[float]) -> str:
    return (
        f"Seconds from the kill until a reap had proved that nothing was left: {min(seconds):.1f} at least, "
        f"{median(seconds):.1f} in the middle, {max(seconds):.1f} at most"
    )
