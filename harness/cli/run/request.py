"""What one `kubedrill run` was asked for, checked before anything is touched."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from harness.cli.run.choice import ALL, offered_on
from harness.cli.run.shard import Shard, demand_named_provider, parse_shard, part_of
from harness.cli.story import controls_of, intent_of
from harness.drill.catalog import DrillInfo
from harness.drill.cell import Cell
from harness.drill.refusal import demand_offered
from harness.drill.spoiling import demand_applies
from harness.drill.targets import demand_known_policy
from harness.errors import SpecError, hinted
from harness.images.catalog import DEFAULT, resolve_version
from harness.images.sources import candidates, kept_image
from harness.providers import best_provider
from harness.report.past import Rhythm
from harness.sabotage import SABOTAGES
from harness.spec import parse_shape
from harness.spec.connection import SYSTEM, check_connection
from harness.spec.place import check_path
from harness.spec.settings import PROVIDERS, Settings

KEEPS = ("never", "on-failure", "always")
_Item = TypeVar("_Item")

#: As in the settings; no host has memory for as many labs.
_MOST_WORKERS = 64
#: Of the shortest rehearsals these are hours.
_MOST_REPETITIONS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """A run that can begin."""

    drills: tuple[DrillInfo, ...]
    provider: str
    why: str
    kubernetes: str
    source: str
    workers: int
    keep: str
    sabotage: str | None
    repeat: int
    reports: Path
    seed: int | None
    #: The libvirt on which virtual machines are made.
    connect: str = SYSTEM
    #: Of all drills, those that this provider cannot perform, each with the reason.
    not_offered: Mapping[str, str] = field(default_factory=dict)
    #: How old a pass may be before the page of all runs calls the drill stale.
    rhythm: Rhythm = field(default_factory=Rhythm)
    #: Instead of each drill once: these drills, each with a sabotage.
    cells: tuple[Cell, ...] = ()
    #: Which part of the drills these are, where several jobs share them.
    shard: Shard | None = None

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that the run will have, one for each time that a drill is performed."""
        return tuple(cell.folder for cell in self.cells) or tuple(drill.name for drill in self.drills)

    def told(self) -> dict[str, str]:
        """What stands in the run's summary, whatever its drills leave."""
        return {"provider": self.provider, "kubernetes": self.kubernetes, "sabotage": self.sabotage or ""}

    @property
    def is_real(self) -> bool:
        """Whether it makes machines."""
        return self.provider != "rehearsal"

    @property
    def is_unprivileged(self) -> bool:
        """Whether all that it makes is made by a libvirt that needs no root on our side."""
        return self.provider == "libvirt" and self.connect != SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Privileges:
    """What the host lets us do; replaced in tests."""

    is_root: Callable[[], bool] = lambda: os.geteuid() == 0
    find_program: Callable[[str], str | None] = shutil.which


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line said; None where it said nothing."""

    drills: Sequence[str]
    provider: str | None = None
    kubernetes: str | None = None
    source: str | None = None
    connect: str | None = None
    workers: int | None = None
    keep: str | None = None
    sabotage: str | None = None
    repeat: int = 1
    reports: Path | None = None
    seed: int | None = None
    shard: str | None = None
    durations: Path | None = None


def check_request(
    wishes: Wishes, known: Sequence[DrillInfo], settings: Settings, privileges: Privileges | None = None
) -> RunRequest:
    """The request, or a SpecError that says what cannot be and what can."""
    # Names first: finding out what 'auto' stands for may take a boot.
    demand_known(wishes.drills, known)
    provider, why = chosen_provider(one_of("provider", wishes.provider or settings.provider, PROVIDERS))
    drills, not_offered = offered_drills(wishes.drills, known, provider)
    for drill in drills:
        controls_of(drill)
    demand_known_policy(settings.policy, [drill.name for drill in known])
    shard = None
    if wishes.shard is not None:
        demand_named_provider(wishes.provider or settings.provider)
        drills, shard = part_of(drills, parse_shard(wishes.shard), wishes.durations)
    elif wishes.durations is not None:
        raise hinted(SpecError("Durations serve to divide drills"), "Say which part: --shard 2/4.")
    version = resolve_version(wishes.kubernetes or settings.kubernetes or DEFAULT)
    if wishes.sabotage is not None:
        _check_sabotage(wishes.sabotage, drills)
    request = RunRequest(
        drills=drills,
        provider=provider,
        why=why,
        kubernetes=version.kubernetes,
        source=settings.source if wishes.source is None else wishes.source,
        workers=_positive(
            "number of workers", wishes.workers if wishes.workers is not None else settings.workers, _MOST_WORKERS
        ),
        keep=one_of("value of --keep", wishes.keep or settings.keep, KEEPS),
        sabotage=wishes.sabotage,
        repeat=_positive("number of repetitions", wishes.repeat, _MOST_REPETITIONS),
        reports=_reports(wishes.reports or Path(settings.reports)),
        seed=wishes.seed,
        connect=_connection(wishes.connect, provider, settings),
        not_offered=not_offered,
        shard=shard,
        rhythm=rhythm_of(settings),
    )
    # A rehearsal takes no programs from the source of the settings, which may be away; a word said now has to be right.
    if (request.is_real or wishes.source is not None) and kept_image(request.source) is None:
        candidates(request.source)
    if request.is_real and not request.is_unprivileged:
        _check_privileges(request, privileges or Privileges())
    return request


def demand_known(names: Sequence[str], known: Sequence[DrillInfo]) -> None:
    """Refuse names that are of no drill, and none at all."""
    for name in names:
        if name != ALL:
            one_of("drill", name, [drill.name for drill in known], "`kubedrill list` shows them all")
    if not names:
        raise hinted(SpecError("No drill was named"), "`kubedrill list` shows them all.")


def offered_drills(
    names: Sequence[str], known: Sequence[DrillInfo], provider: str
) -> tuple[tuple[DrillInfo, ...], Mapping[str, str]]:
    """The drills that names mean on a provider, and of all drills those that it has no means for, with the reason."""
    if ALL in names:
        return offered_on(provider, known)
    by_name = {drill.name: drill for drill in known}
    # Asked for twice is asked for once: `--repeat` is the way to run a drill again.
    drills = tuple(by_name[name] for name in dict.fromkeys(names))
    if provider != "rehearsal":
        for drill in drills:
            demand_offered(provider, drill.name, intent_of(drill, parse_shape(drill.lab)))
    return drills, {}


def one_of(kind: str, value: str, known: Iterable[str], hint: str = "") -> str:
    """Return the value if it is known; otherwise say what was meant perhaps."""
    choices = sorted(known)
    if value in choices:
        return value
    close = difflib.get_close_matches(value, choices, n=3, cutoff=0.5)
    quoted = " or ".join(f"'{name}'" for name in close)
    meant = f"Did you mean {quoted}?" if close else ""
    rest = hint or f"Known are: {', '.join(choices) or 'none'}"
    raise hinted(SpecError(f"There is no {kind} '{value}'"), f"{meant} {rest.rstrip('.')}.".strip())


def _check_sabotage(name: str, drills: Iterable[DrillInfo]) -> None:
    known = {sabotage.name: sabotage for sabotage in SABOTAGES}
    sabotage = known[one_of("sabotage", name, known, "`kubedrill list --sabotages` shows them all")]
    for drill in drills:
        lab = parse_shape(drill.lab)
        demand_applies(sabotage, drill.name, lab, intent_of(drill, lab))


def rhythm_of(settings: Settings, every_hours: float | None = None) -> Rhythm:
    """How often drills have to pass: as it was said now, else as it is written down."""
    if every_hours is not None:
        return Rhythm(every=timedelta(hours=every_hours))
    told = settings.history
    return Rhythm(
        every=timedelta(hours=told.every_hours) if told.every_hours is not None else None,
        drills={**_demanded(settings), **{drill: timedelta(hours=hours) for drill, hours in told.drills.items()}},
    )


def _demanded(settings: Settings) -> dict[str, timedelta]:
    """How often the policy wants each drill."""
    required = settings.policy.drills if settings.policy is not None else {}
    return {drill: timedelta(days=one.every_days) for drill, one in required.items()}


def chosen_provider(asked: str) -> tuple[str, str]:
    """The provider that a name stands for, and why that one."""
    return best_provider() if asked == "auto" else (asked, "as asked")


def _connection(asked: str | None, provider: str, settings: Settings) -> str:
    if asked is None:
        return settings.libvirt.uri
    if provider != "libvirt":
        raise hinted(
            SpecError(f"The provider '{provider}' does not ask which libvirt to connect to"),
            "Use --provider libvirt, or leave out --connect.",
        )
    return check_connection(asked)


def _positive(what: str, value: int, most: int) -> int:
    if value < 1:
        raise SpecError(f"The {what} cannot be {value}: it is at least 1")
    if value > most:
        raise SpecError(f"The {what} cannot be more than {most}")
    return value


def _reports(path: Path) -> Path:
    check_path("folder of the reports", path)
    for folder in (path, *path.parents):
        if folder.exists():
            if not folder.is_dir():
                raise hinted(
                    SpecError(f"The reports cannot lie in '{path}': '{folder}' is not a folder"), "See --reports."
                )
            if not os.access(folder, os.W_OK):
                raise hinted(SpecError(f"The reports cannot be written to '{path}': no permission"), "See --reports.")
            break
    return path.absolute()


def _check_privileges(request: RunRequest, privileges: Privileges) -> None:
    if not privileges.is_root():
        names = " ".join(drill.name for drill in request.drills)
        raise hinted(
            SpecError(f"The provider '{request.provider}' makes real machines, which needs root"),
            f"Run `sudo kubedrill run {names}`, or rehearse without machines: --provider rehearsal.",
        )
    if privileges.find_program("podman") is None:
        raise hinted(
            SpecError("The provider 'container' needs podman, which is not installed"),
            "Run `kubedrill setup --provider container`.",
        )
