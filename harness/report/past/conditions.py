"""Under what two drills were performed, and what of that was different."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.verdict.wording import listed

#: What a report calls them, and what people do.
_CONDITIONS = (
    ("drill", "drill"),
    ("provider", "provider"),
    ("fidelity", "fidelity"),
    ("kubernetes", "Kubernetes"),
    ("image", "node image"),
    ("version", "Kubedrill"),
    ("commit", "commit of Kubedrill"),
    ("lab", "lab"),
    ("seed", "seed"),
    ("claim", "claim"),
)
_NOTHING = "not on record"
#: The parameters of a check that say of whom it asks, and not what.
_MACHINES = ("machine", "machines", "spare", "subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One condition that was another in the later drill."""

    what: str
    before: str
    after: str


def changed_conditions(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What was different between two reports, before anything of them was measured."""
    old, new = dict(_conditions(before)), dict(_conditions(after))
    if not (before.get("settings") and after.get("settings")):
        # A journal of before they were written down tells nothing of them.
        old, new = ({name: said for name, said in one.items() if not name.startswith("setting:")} for one in (old, new))
    names = dict.fromkeys([*old, *new])
    told = [Change(what=name, before=old.get(name, _NOTHING), after=new.get(name, _NOTHING)) for name in names]
    return tuple(one for one in told if one.before != one.after)


def plan_of(report: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The findings of a report, each by its check and the machines that it is about."""
    rows = report.get("findings")
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            name = _subject(row)
            count = sum(1 for known in found if known == name or known.startswith(f"{name}, "))
            found[f"{name}, {count + 1}" if count else name] = row
    return found


def _subject(finding: Mapping[str, Any]) -> str:
    machines: list[str] = []
    for key, value in _params(finding).items():
        if key in _MACHINES:
            machines += map(str, value) if isinstance(value, list) else [str(value)]
    return f"{finding.get('check') or '?'}{f' on {listed(machines)}' if machines else ''}"


def _params(finding: Mapping[str, Any]) -> Mapping[str, Any]:
    params = finding.get("params")
    return params if isinstance(params, dict) else {}


def _conditions(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field, name in _CONDITIONS:
        if report.get(field) not in (None, ""):
            yield name, str(report[field])
    yield "sabotage", str(report.get("sabotage") or "none")
    for field, name in (("host", "host"), ("settings", "setting")):
        told = report.get(field)
        for key, value in told.items() if isinstance(told, dict) else ():
            if value is not None:
                yield f"{name}: {key}", _plain(value)
    for field, name in (("rto", "RTO target"), ("rpo", "RPO target")):
        promise = report.get(field)
        target = promise.get("target_seconds") if isinstance(promise, dict) else None
        if target is not None:
            yield name, f"{target} s"
    for name, row in plan_of(report).items():
        yield f"check {name}", _asked(row)


def _asked(row: Mapping[str, Any]) -> str:
    """How a check was planned: its parameters that are no names are part of the promise."""
    required = "required" if row.get("required") else str(row.get("reason") or "not required")
    rest = {key: value for key, value in _params(row).items() if key not in _MACHINES}
    return f"{required} {_plain(rest)}" if rest else required


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
