"""What several commands share: where drills, runs and settings are found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.drill.catalog import DrillInfo, find_drills, scenario_places
from harness.spec.settings import Settings, load_settings

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Reports = Annotated[
    Path | None, typer.Option("--reports", metavar="DIR", help="Where runs are kept; 'reports' by default.")
]
Source = Annotated[
    str | None,
    typer.Option("--source", help="auto, modules, release[=URL], directory=FOLDER or image=DIGEST.", metavar="SOURCE"),
]

Connect = Annotated[
    str | None,
    typer.Option(
        "--connect",
        help="Which libvirt: qemu:///system, qemu:///session or qemu+ssh://HOST/system.",
        metavar="URI",
    ),
]

Durations = Annotated[
    Path | None,
    typer.Option("--durations", metavar="FILE", help="The run.json of an earlier run, to divide drills by time."),
]


def settings() -> Settings:
    """The settings of the folder that we are in."""
    return load_settings(Path.cwd())


def known_drills(chosen: Settings) -> tuple[DrillInfo, ...]:
    """All drills: this package's, those of other packages, and those of the settings."""
    return find_drills(scenario_places(Path(place).absolute() for place in chosen.scenarios))


def complete_drill(incomplete: str) -> list[tuple[str, str]]:
    """Names for the shell's completion."""
    drills = known_drills(settings())
    return [(drill.name, drill.claim) for drill in drills if drill.name.startswith(incomplete)]
