"""`kubedrill list`."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from harness.cli.commands.options import AsJson, known_drills, settings
from harness.cli.console import answers, print_json


def list_drills(as_json: AsJson = False) -> None:
    """Show all drills and what each claims."""
    drills = known_drills(settings())
    if as_json:
        print_json([{"drill": one.name, "lab": one.lab, "claim": one.claim, "file": str(one.file)} for one in drills])
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("drill", "lab", "claim"):
        table.add_column(title, no_wrap=title != "claim")
    for drill in drills:
        table.add_row(Text(drill.name, style="bold"), drill.lab, Text(drill.claim))
    answers().print(table if drills else "There are no drills: no scenarios were found.")
