"""`kubedrill checkpoint`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from harness.cli.commands.options import AsJson
from harness.cli.console import answers, print_json
from harness.cluster.checkpoint import Checkpoint, checkpoints_in, drop_expired
from harness.images.store import open_store

_MIB = 1024 * 1024


def make_checkpoint_app() -> typer.Typer:
    """The command `checkpoint` with its own commands."""
    app = typer.Typer(help="List and drop clusters from which drills go on.", no_args_is_help=True)
    for name, command in (("list", show), ("drop", drop)):
        app.command(name)(command)
    return app


def show(as_json: AsJson = False) -> None:
    """Show the checkpoints; a drill that finds none of its kind makes one."""
    with open_store() as store:
        rows = [_document(one) for one in checkpoints_in(store.folder / "checkpoints")]
    if as_json:
        print_json(rows)
        return
    console = answers()
    if not rows:
        console.print(
            "There are no checkpoints; the first drill on machines that take long to become a cluster makes one."
        )
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("kubernetes", "lab", "provider", "made", "expires", "MiB"):
        table.add_column(title, no_wrap=True)
    for row in rows:
        table.add_row(*(str(row[key]) for key in ("kubernetes", "lab", "provider", "made", "expires", "mib")))
    console.print(table)


def drop(
    expired: Annotated[bool, typer.Option("--expired", help="Only those whose join token has run out.")] = False,
) -> None:
    """Remove checkpoints."""
    with open_store() as store:
        dropped = drop_expired(store.folder / "checkpoints", everything=not expired)
    answers().print(f"{dropped} checkpoints were removed.")


def _document(one: Checkpoint) -> dict[str, object]:
    return {
        "kubernetes": one.kubernetes,
        "lab": one.shape,
        "provider": one.provider,
        "made": f"{one.made:%F %H:%M} UTC",
        "expires": f"{one.expires:%F %H:%M} UTC" if one.expires > datetime.now(UTC) else "expired",
        "mib": one.bytes_used // _MIB,
    }
