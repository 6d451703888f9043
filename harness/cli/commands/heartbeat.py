"""`kubedrill heartbeat`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import AsJson
from harness.cli.console import answers, print_json
from harness.cli.exit_status import ExitStatus
from harness.cli.heartbeat.pulse import Pulse, feel, parse_age, worst
from harness.clock import HostClock

_WORDS = {ExitStatus.PASSED: "FRESH", ExitStatus.FAILED: "FAILED", ExitStatus.CANNOT_TELL: "MISSING"}


def heartbeat(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="What `kubedrill run --heartbeat` wrote.")],
    max_age: Annotated[str, typer.Option(help="How old it may be, such as 26h.", metavar="AGE")] = "26h",
    drill: Annotated[
        list[str] | None, typer.Option(help="A drill that has to be among those performed.", metavar="DRILL")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Check from outside that a run has ended not long ago, and passed: for a job of its own."""
    allowed = parse_age(max_age)
    pulses = feel(tuple(dict.fromkeys(files)), HostClock().now(), allowed, drill or ())
    if as_json:
        print_json({"exit_status": int(worst(pulses)), "heartbeats": [_document(pulse) for pulse in pulses]})
    else:
        lines = [f"{_WORDS[pulse.status]:<9}{pulse.what}: {pulse.said}" for pulse in pulses]
        answers().print("\n".join(lines), markup=False, soft_wrap=True)
    return worst(pulses)


def _document(pulse: Pulse) -> dict[str, object]:
    return {"what": pulse.what, "status": int(pulse.status), "said": pulse.said}
