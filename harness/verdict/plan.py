"""What a drill plans to judge, validated when it is planned and read back when it is judged."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.errors import SpecError, hinted
from harness.facts.reading import fit
from harness.journal import History, Kind
from harness.verdict.catalogue import CHECKS, check_named
from harness.verdict.ruling import Check
from harness.verdict.wording import listed, quoted

_OBSERVED = "observed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One line of the plan."""

    check: str
    claim: str = ""
    required: bool = True
    reason: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def is_observed(self) -> bool:
        """Whether it is judged for interest only."""
        return not self.required and self.reason.startswith(_OBSERVED)

    @property
    def is_applicable(self) -> bool:
        """Whether it is judged at all."""
        return self.required or self.is_observed

    @property
    def subject(self) -> str:
        """What tells two plans of one check apart."""
        return ",".join(f"{key}={value}" for key, value in sorted(self.params.items()))


def planned(check_name: str, *, required: bool = True, reason: str = "", **params: Any) -> dict[str, Any]:
    """One check for the PLAN event; a name or parameter that does not exist is a SpecError."""
    check = check_named(check_name)
    if check is None:
        close = difflib.get_close_matches(check_name, [one.name for one in CHECKS], n=1)
        error = SpecError(f"There is no check {quoted(check_name)}")
        raise hinted(error, f"Did you mean {quoted(close[0])}?") if close else error
    if not required and not reason:
        raise SpecError(f"The check {quoted(check_name)} is not required: the plan must say why")
    line = Planned(check=check_name, claim=check.claim, required=required, reason=reason, params=params)
    if line.is_applicable:
        try:
            build(check, params)
        except ValueError as bad:
            raise SpecError(f"The check {quoted(check_name)} cannot be planned like this: {bad}") from bad
    return dataclasses.asdict(line)


def observed(check_name: str, *, why: str, **params: Any) -> dict[str, Any]:
    """A check that is judged for interest only."""
    return planned(check_name, required=False, reason=f"{_OBSERVED}: {why}", **params)


def not_applicable(check_name: str, *, why: str) -> dict[str, Any]:
    """A check that this drill cannot make, and why."""
    return planned(check_name, required=False, reason=f"not applicable: {why}")


def build(check: type[Check], params: Mapping[str, Any]) -> Check:
    """The check with its parameters; what does not fit is a ValueError."""
    known = {one.name for one in dataclasses.fields(check)}  # type: ignore[arg-type]
    unknown = sorted(set(params) - known)
    if unknown:
        raise ValueError(f"it has no parameter {listed(map(quoted, unknown))}, but {listed(sorted(known)) or 'none'}")
    return fit(check, dict(params))


def read_plan(history: History) -> tuple[Planned, ...]:
    """The plan of a history; a line that is no plan is a ValueError."""
    event = history.first(Kind.PLAN)
    if event is None:
        return ()
    lines = event.data.get("checks")
    if not isinstance(lines, list):
        raise ValueError("the plan lists no checks")
    return tuple(fit(Planned, line) for line in lines)
