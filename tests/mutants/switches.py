"""Checks that answer always the same or are left out of each plan, and a judge that lets one thing pass."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from harness.drill.plan import compose
from harness.verdict import CHECKS, Finding, Outcome, Word, not_applicable
from harness.verdict.ruling import Check, Ruling, broken, errored, held

JUDGE: Any = sys.modules["harness.verdict.judge"]
_PLANS = "tests/drill/test_planned.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Something of the oracle that is turned off, or on for good."""

    about: str
    change: str
    turn: Callable[[], None]
    #: What the names of those tests begin with that are asked; those with the name of the check in them come first.
    asked: str

    #: Where a mutant has its file and its line.
    file: ClassVar[str] = "switches"
    text: ClassVar[str] = ""

    @property
    def key(self) -> str:
        """What it is called."""
        return f"{self.about}: {self.change}"

    def __str__(self) -> str:
        return f"'{self.key}'"


def switches() -> Iterator[Switch]:
    """All of them."""
    for check in CHECKS:
        for change, ruling in _ANSWERS.items():
            yield Switch(about=check.name, change=change, turn=_answering(check, ruling), asked="tests/verdict/")
        yield Switch(about=check.name, change="left out of each plan", turn=_left_out(check.name), asked=_PLANS)
        turn = _planned_as_nothing(check.name)
        yield Switch(about=check.name, change="not applicable in each plan", turn=turn, asked=_PLANS)
    for change, turn in _LENIENCES.items():
        yield Switch(about="judge", change=change, turn=turn, asked="tests/verdict/")


_ANSWERS: dict[str, Ruling] = {
    "always held": held("so it is"),
    "always broken": broken("it is not"),
    "always errored": errored("nobody knows"),
}


def _answering(check: type[Check], ruling: Ruling) -> Callable[[], None]:
    def turn() -> None:
        inner: Any = check.judge

        def judge(self: Check, record: Any) -> Ruling:
            # It looks, so that what it shows is as it was, and what was never asked is missed as it was.
            inner(self, record)
            return ruling

        check.judge = judge  # type: ignore[method-assign]

    return turn


def _left_out(name: str) -> Callable[[], None]:
    return lambda: _recompose(lambda lines: [line for line in lines if line["check"] != name])


def _planned_as_nothing(name: str) -> Callable[[], None]:
    def nothing(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [not_applicable(name, why="it is off") if line["check"] == name else line for line in lines]

    return lambda: _recompose(nothing)


def _recompose(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Each plan is composed as before, and then changed, whoever holds the function."""
    inner = compose

    def other(*given: Any, **named: Any) -> dict[str, Any]:
        plan = inner(*given, **named)
        return {**plan, "checks": change(plan["checks"])}

    for module in list(sys.modules.values()):
        if getattr(module, "compose", None) is inner:
            module.compose = other  # type: ignore[attr-defined]


def _ending(outcome: Outcome, other: Outcome | None) -> Callable[[], None]:
    """Findings that ended in one way count as another, or are forgotten."""

    def turn() -> None:
        inner = JUDGE._findings

        def findings(history: object) -> tuple[tuple[Finding, ...], str]:
            found, bad = inner(history)
            told = (replace(one, outcome=other) if one.outcome is outcome and other else one for one in found)
            return tuple(one for one in told if other or one.outcome is not outcome), bad

        JUDGE._findings = findings

    return turn


def _optional() -> None:
    inner = JUDGE._finding
    JUDGE._finding = lambda history, line: replace(inner(history, line), required=False)


def _required() -> None:
    inner = JUDGE._finding
    JUDGE._finding = lambda history, line: replace(inner(history, line), required=True)


def _instead(name: str, value: Any) -> Callable[[], None]:
    return lambda: setattr(JUDGE, name, value)


_LENIENCES: dict[str, Callable[[], None]] = {
    "a fault that did not bite is none of its business": _instead("_BITES", "nothing"),
    "a fault that did not bite blocks nothing": _instead("_blocked", lambda finding, _: finding),
    "what is required is optional": _optional,
    "what is optional is required": _required,
    "broken counts as held": _ending(Outcome.BROKEN, Outcome.HELD),
    "errored counts as held": _ending(Outcome.ERRORED, Outcome.HELD),
    "blocked counts as held": _ending(Outcome.BLOCKED, Outcome.HELD),
    "broken counts as observed": _ending(Outcome.BROKEN, Outcome.OBSERVED),
    "what never ran is forgotten": _ending(Outcome.ERRORED, None),
    "what is blocked is forgotten": _ending(Outcome.BLOCKED, None),
    "what is observed is forgotten": _ending(Outcome.OBSERVED, None),
    "errored leaves no question open": _instead("_OPEN", (Outcome.BLOCKED,)),
    "blocked leaves no question open": _instead("_OPEN", (Outcome.ERRORED,)),
    "a journal without an end is whole": _instead("_never_ended", lambda _: ""),
    "a drill without a plan is fine": _instead("_no_plan", lambda *_: ""),
    "an error of the lab is none": _instead("first_error", lambda _: None),
    "no recovery is ever blamed": _instead("_untold", lambda _h, _l, untold: errored(str(untold))),
    "what is not told is held": _instead("_untold", lambda *_: held("nothing was told")),
    "what is not told is broken": _instead("_untold", lambda _h, _l, untold: broken(str(untold))),
    "each cause is as good as another": _instead("_rank", lambda _: 0),
    "nothing but passed": _instead("_verdict", lambda *_: (Word.PASSED, "")),
    "nothing but failed": _instead("_verdict", lambda *_: (Word.FAILED, "")),
    "nothing but inconclusive": _instead("_verdict", lambda *_: (Word.INCONCLUSIVE, "")),
    "nothing but errored": _instead("_verdict", lambda *_: (Word.ERRORED, "")),
    "what is left over is passed": _instead("_unbroken", lambda *_: (Word.PASSED, "")),
    "a plan that cannot be read is none": _instead("read_plan", lambda _: ()),
    "evidence is not kept": _instead("Record", type("Blind", (JUDGE.Record,), {"evidence": ()})),
}


def ask_in_order(switch: Switch, names: Sequence[str]) -> list[str]:
    """The tests that are asked, those first that name the check."""
    able = [name for name in names if name.startswith(switch.asked)]
    return sorted(able, key=lambda name: f"[{switch.about}" not in name)
