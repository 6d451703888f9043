"""What the user asked for on pytest's command line."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.clock import HostClock
from harness.drill.cell import Cell
from harness.errors import SpecError
from harness.images.catalog import DEFAULT
from harness.ownership import MARK, new_run_id
from harness.sabotage import SABOTAGES, Sabotage
from harness.spec import PodNetwork
from harness.spec.connection import check_connection
from harness.spec.policy import Policy
from harness.spec.settings import Disks, Settings, load_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of one pytest session."""

    run: str
    provider: str
    kubernetes: str
    reports: Path
    keep: str
    sabotage: str | None
    seed: int
    source: str
    connect: str
    keep_for: timedelta
    disks: Disks
    pods: PodNetwork | None
    policy: Policy | None

    @classmethod
    def of(cls, config: pytest.Config) -> Options:
        """The options as pytest parsed them, and the settings of the folder that it was started in for the rest."""
        settings = load_settings(config.invocation_params.dir)
        return cls(
            run=os.environ[MARK],
            provider=config.getoption("--provider") or settings.provider,
            kubernetes=config.getoption("--kubernetes") or settings.kubernetes or DEFAULT,
            reports=Path(config.getoption("--kubedrill-reports") or settings.reports),
            keep=config.getoption("--keep") or settings.keep,
            sabotage=config.getoption("--sabotage"),
            seed=config.getoption("--seed"),
            source=config.getoption("--kubedrill-source") or settings.source,
            connect=check_connection(config.getoption("--kubedrill-connect") or settings.libvirt.uri),
            keep_for=timedelta(hours=settings.keep_hours),
            disks=settings.disks,
            pods=_pod_network(settings, config.invocation_params.dir),
            policy=settings.policy,
        )

    @property
    def folder(self) -> Path:
        """Where this run's reports go."""
        return self.reports / self.run

    def spoiled_with(self, sabotage: str) -> Options:
        """The same for one cell of the matrix."""
        return dataclasses.replace(self, sabotage=sabotage)

    def on_record(self) -> dict[str, Any]:
        """What else the labs are made with, for who repeats a drill: no more of it is in the journal."""
        return {
            "source": self.source,
            "connect": self.connect,
            **self.disks.model_dump(),
            "pods": self.pods.manifest.name if self.pods is not None else None,
        }

    def chosen_sabotage(self) -> Sabotage | None:
        """The sabotage by its name."""
        if self.sabotage is None:
            return None
        for sabotage in SABOTAGES:
            if sabotage.name == self.sabotage:
                return sabotage()
        raise SpecError(f"There is no sabotage '{self.sabotage}'")


def _pod_network(settings: Settings, folder: Path) -> PodNetwork | None:
    if settings.pods is None:
        return None
    images = tuple(folder / archive for archive in settings.pods.images)
    return PodNetwork(manifest=folder / settings.pods.manifest, images=images)


def add_options(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("kubedrill", "kubedrill: what is not said is taken from kubedrill.toml")
    group.addoption("--provider", metavar="NAME", help="auto, container or rehearsal; others are planned")
    group.addoption("--kubernetes", metavar="vX.Y", help="version of the clusters")
    group.addoption("--kubedrill-source", metavar="SOURCE", help="where node images come from")
    group.addoption("--kubedrill-connect", metavar="URI", help="the libvirt on which virtual machines are made")
    group.addoption("--kubedrill-run", metavar="RUN", help="id of the run that this session belongs to")
    group.addoption("--kubedrill-reports", metavar="DIR", help="where reports go")
    group.addoption("--keep", choices=("never", "on-failure", "always"), help="keep the lab")
    group.addoption("--sabotage", metavar="NAME", help="spoil the drill; it has to notice")
    group.addoption(
        "--kubedrill-cell",
        action="append",
        default=[],
        metavar="DRILL+SABOTAGE",
        help="perform each named drill once with each sabotage that is named with it",
    )
    group.addoption("--seed", type=int, default=0, help="seed of what is random")


def asked_cells(config: pytest.Config) -> tuple[Cell, ...]:
    """The cells of the matrix that are to be performed instead of each drill once."""
    return tuple(Cell.parse(folder) for folder in config.getoption("--kubedrill-cell"))


def settle_run(config: pytest.Config) -> None:
    """Give the session its run id; workers find it in their environment."""
    os.environ[MARK] = config.getoption("--kubedrill-run") or os.environ.get(MARK) or new_run_id(HostClock().now())
