"""`kubedrill recover`."""

from __future__ import annotations

import inspect

from rich.table import Table
from rich.text import Text

from harness.cli.commands.options import AsJson
from harness.cli.console import answers, print_json
from harness.recoveries import RECOVERIES


def recover(as_json: AsJson = False) -> None:
    """Show the known ways back."""
    known = [(one.__name__, (inspect.getdoc(one) or "").split("\n")[0]) for one in RECOVERIES]
    if as_json:
        print_json([{"recovery": name, "promise": promise} for name, promise in known])
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("recovery", no_wrap=True)
    table.add_column("promise")
    for name, promise in known:
        table.add_row(Text(name, style="bold"), Text(promise))
    answers().print(table)
