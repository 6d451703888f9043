"""`kubedrill list`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from harness.cli.commands.options import AsJson, complete_drill, known_drills, settings
from harness.cli.console import answers, print_json
from harness.cli.run.request import one_of
from harness.cli.story import intent_of
from harness.drill.catalog import DrillInfo
from harness.drill.spoiling import why_not
from harness.errors import SpecError, hinted
from harness.sabotage import SABOTAGES
from harness.spec import parse_shape

#: By drill: why which sabotage does not apply to it, by the sabotage's name; or why that cannot be told.
Refusals = dict[str, dict[str, str] | SpecError]


def list_drills(
    drill: Annotated[
        str, typer.Argument(help="Its exact name: which sabotages apply to it.", autocompletion=complete_drill)
    ] = "",
    sabotages: Annotated[
        bool, typer.Option("--sabotages", help="Show the sabotages: what each does, and how a drill must end then.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show all drills and what each claims; or of one of them which sabotages apply to it."""
    drills = known_drills(settings())
    if drill:
        if sabotages:
            raise hinted(SpecError("--sabotages shows those of all drills"), f"`kubedrill list {drill}` shows its own.")
        known = {one.name: one for one in drills}
        drills = (known[one_of("drill", drill, known, "`kubedrill list` shows them all")],)
    refusals: Refusals = {one.name: _refusals(one) for one in drills}
    if sabotages:
        _list_sabotages(refusals, as_json=as_json)
    elif as_json:
        print_json([_drill_document(one, refusals[one.name]) for one in drills])
    elif drill:
        _print_drill(drills[0], refusals[drill])
    elif drills:
        _print_drills(drills, refusals)
    else:
        answers().print("There are no drills: no scenarios were found.")


def _refusals(drill: DrillInfo) -> dict[str, str] | SpecError:
    try:
        lab = parse_shape(drill.lab)
        intent = intent_of(drill, lab)
    except SpecError as unreadable:
        return unreadable
    reasons = {sabotage.name: why_not(sabotage, lab, intent) for sabotage in SABOTAGES}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def _applicable(refused: dict[str, str]) -> list[str]:
    return [sabotage.name for sabotage in SABOTAGES if sabotage.name not in refused]


def _print_drills(drills: Sequence[DrillInfo], refusals: Refusals) -> None:
    table = _table("drill", "lab", "claim", "sabotages", folded=("claim",))
    for drill in drills:
        refused = refusals[drill.name]
        applicable = "cannot be told"
        if not isinstance(refused, SpecError):
            applicable = f"{len(_applicable(refused))} of {len(SABOTAGES)}"
        table.add_row(Text(drill.name, style="bold"), drill.lab, Text(drill.claim), applicable)
    answers().print(table)
    for refused in refusals.values():
        if isinstance(refused, SpecError):
            answers().print(str(refused), markup=False, soft_wrap=True)


def _print_drill(drill: DrillInfo, refused: dict[str, str] | SpecError) -> None:
    if isinstance(refused, SpecError):
        raise refused
    console = answers()
    console.print(Text(drill.name, style="bold"), soft_wrap=True)
    console.print(f"  {drill.claim}\n", markup=False, soft_wrap=True)
    table = _table("sabotage", "what it does", "verdict", "the cause names", folded=("what it does",))
    for one in SABOTAGES:
        if one.name not in refused:
            table.add_row(Text(one.name, style="bold"), one.does, one.expected.verdict, one.expected.names)
    console.print(table)
    if refused:
        console.print("\nThese do not apply:", soft_wrap=True)
        reasons = _table("sabotage", "why not", folded=("why not",))
        for name, reason in refused.items():
            reasons.add_row(name, Text(reason))
        console.print(reasons)


def _drill_document(drill: DrillInfo, refused: dict[str, str] | SpecError) -> dict[str, object]:
    told = {"drill": drill.name, "lab": drill.lab, "claim": drill.claim, "file": str(drill.file)}
    if isinstance(refused, SpecError):
        return {**told, "sabotages": None, "problem": str(refused)}
    return {**told, "sabotages": _applicable(refused), "problem": None}


def _list_sabotages(refusals: Refusals, *, as_json: bool) -> None:
    rows: list[dict[str, object]] = []
    table = _table(
        "sabotage", "what it does", "verdict", "the cause names", "not for", folded=("what it does", "not for")
    )
    for sabotage in SABOTAGES:
        of_drills = {drill: one.get(sabotage.name) for drill, one in refusals.items() if isinstance(one, dict)}
        refused = {drill: reason for drill, reason in of_drills.items() if reason is not None}
        expected = {"verdict": sabotage.expected.verdict, "names": sabotage.expected.names}
        rows.append({"sabotage": sabotage.name, "does": sabotage.does, **expected, "not_for": refused})
        reasons = "\n".join(f"{drill}: {reason}" for drill, reason in refused.items())
        table.add_row(Text(sabotage.name, style="bold"), sabotage.does, *expected.values(), Text(reasons))
    if as_json:
        print_json(rows)
    else:
        answers().print(table)


def _table(*titles: str, folded: tuple[str, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in titles:
        table.add_column(title, no_wrap=title not in folded)
    return table
