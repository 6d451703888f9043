"""`kubedrill setup` and `kubedrill doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.commands.options import AsJson, Connect, settings
from harness.cli.console import answers, print_json
from harness.cli.exit_status import ExitStatus
from harness.cli.run.request import chosen_provider, one_of
from harness.setup import NEEDS, Answer, Probed, diagnose, probes_with, setup_host
from harness.spec.connection import check_connection

_STYLES = {Answer.FINE: "green", Answer.NOTE: "yellow", Answer.MISSING: "bold red"}


def setup(
    provider: Annotated[
        str, typer.Option(help="auto, container, libvirt, vagrant or rehearsal.", metavar="NAME")
    ] = "container",
) -> None:
    """Install the system packages that a provider needs."""
    provider = one_of("provider that can be set up", provider, ("auto", *NEEDS))
    if provider == "auto":
        provider = chosen_provider(provider)[0]
    console = answers()

    def say(text: str) -> None:
        console.print(text, markup=False, soft_wrap=True)

    if not console.is_terminal:
        setup_host(provider, say, step=lambda text: say(f"  {text}") if text.startswith("Setting up") else None)
        return
    with console.status("Asking the package manager") as bar:
        setup_host(provider, say, step=lambda text: bar.update(text[: console.width - 4]))


def doctor(connect: Connect = None, as_json: AsJson = False) -> int:
    """Check each need of real labs by doing it, and say how to fix what is missing."""
    found = []
    uri = settings().libvirt.uri if connect is None else check_connection(connect)
    for probed in diagnose(probes_with(uri)):
        found.append(probed)
        if not as_json:
            _say(probed)
    if as_json:
        rows = [{"what": one.what, "answer": one.answer.value, "saw": one.saw, "fix": one.fix} for one in found]
        print_json(rows)
    missing = [one for one in found if one.answer is Answer.MISSING]
    if not as_json:
        ready = "Real labs can be made here." if not missing else f"{len(missing)} of {len(found)} needs are not met."
        answers().print(ready, soft_wrap=True)
    return ExitStatus.CANNOT_TELL if missing else ExitStatus.PASSED


def _say(probed: Probed) -> None:
    console, style = answers(), _STYLES[probed.answer]
    console.print(f"[{style}]{probed.answer:<8}[/{style}]", end="")
    console.print(f"{probed.what}: {probed.saw}", markup=False, soft_wrap=True)
    if probed.fix:
        console.print(f"        {probed.fix}", style="dim", markup=False, soft_wrap=True)
