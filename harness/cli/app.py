"""The command `kubedrill` and its parts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Annotated

import typer

from harness.cli.commands import (
    again,
    heartbeat,
    host,
    lab,
    listing,
    plan,
    reap,
    recover,
    run,
    sabotage,
    shell,
    sign,
    status,
    summary,
    verify,
)
from harness.cli.commands.checkpoint import make_checkpoint_app
from harness.cli.commands.image import make_image_app
from harness.cli.console import answers
from harness.cli.guard import guarded

COMMANDS: tuple[tuple[str, Callable[..., object]], ...] = (
    ("setup", host.setup),
    ("doctor", host.doctor),
    ("list", listing.list_drills),
    ("plan", plan.plan),
    ("run", run.run),
    ("sabotage", sabotage.sabotage),
    ("status", status.status),
    ("shell", shell.shell),
    ("lab", lab.lab),
    ("recover", recover.recover),
    ("report", again.report),
    ("judge", again.judge),
    ("summary", summary.summary),
    ("verify", verify.verify),
    ("sign", sign.sign),
    ("reap", reap.reap),
    ("heartbeat", heartbeat.heartbeat),
)


def make_app() -> typer.Typer:
    """The command line with all its commands."""
    app = typer.Typer(name="kubedrill", pretty_exceptions_enable=False, rich_markup_mode=None)
    app.callback(invoke_without_command=True)(kubedrill)
    for name, command in COMMANDS:
        app.command(name)(command)
    app.add_typer(make_image_app(), name="image")
    app.add_typer(make_checkpoint_app(), name="checkpoint")
    return app


def kubedrill(
    show_version: Annotated[bool, typer.Option("--version", help="Show the version.", is_eager=True)] = False,
) -> None:
    """Rehearses the loss of a Kubernetes control plane, and judges whether the restore works."""
    if show_version:
        answers().print(f"kubedrill {version('kubedrill')}")
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and leave with its exit status."""
    given = list(arguments) if arguments is not None else sys.argv[1:]
    # No command at all is a question, not a mistake.
    given = given or ["--help"]
    sys.exit(guarded(lambda: make_app()(given, prog_name="kubedrill", standalone_mode=False)))
