"""A drill of before as the command line that performs it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from harness.errors import SpecError, hinted
from harness.images.image import kept_image_of
from harness.images.sources import kept_image
from harness.spec.settings import Settings

_DISKS = ("etcd_mib", "volumes_mib")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """What has to be the same; the lab is kept, because somebody wants to look at it."""

    drill: str
    provider: str
    kubernetes: str
    source: str | None
    seed: int
    sabotage: str | None
    connect: str | None
    keep: str = "always"

    @property
    def words(self) -> tuple[str, ...]:
        """The words after `kubedrill run`."""
        told = [(field.name, getattr(self, field.name)) for field in fields(self) if field.name != "drill"]
        options = [(f"--{name}", str(value)) for name, value in told if value is not None]
        return (self.drill, *(word for option in options for word in option))


def rerun_of(report: Mapping[str, Any], settings: Settings) -> Rerun:
    """The drill of a report again; what cannot be had again is a SpecError that says what."""
    missing = [name for name in ("drill", "provider", "kubernetes") if not report.get(name)]
    if missing or not isinstance(report.get("seed"), int):
        raise SpecError(f"The drill left no {(*missing, 'seed')[0]} on record, so it cannot be repeated")
    provider, told = str(report["provider"]), report.get("settings")
    told = told if isinstance(told, dict) else {}
    _demand_settings(told, settings)
    return Rerun(
        drill=str(report["drill"]),
        provider=provider,
        kubernetes=str(report["kubernetes"]),
        source=_source(str(report.get("image") or ""), str(report["kubernetes"])),
        seed=report["seed"],
        sabotage=str(report["sabotage"]) if report.get("sabotage") else None,
        connect=str(told["connect"]) if provider == "libvirt" and told.get("connect") else None,
    )


def _source(image: str, kubernetes: str) -> str | None:
    """The very image, by its digest; a lab that never stood had none, and a rehearsal has none."""
    source = f"image={image}"
    digest = kept_image(source)
    if digest is None:
        return None
    kept_image_of(digest, kubernetes)
    return source


def _demand_settings(told: Mapping[str, Any], settings: Settings) -> None:
    """What no option says has to stand in the settings, as it did."""
    now = {
        **{name: getattr(settings.disks, name) for name in _DISKS},
        "pods": Path(settings.pods.manifest).name if settings.pods is not None else None,
    }
    for name, value in now.items():
        if name in told and told[name] != value:
            raise hinted(
                SpecError(f"The drill was performed with '{name}' = {told[name]!r}, and here it is {value!r}"),
                "Write it into kubedrill.toml as it was, and repeat the drill then.",
            )


def one_drill(folder: Path, verdicts: Mapping[str, str], asked: str | None) -> str:
    """Which drill of a run is meant: the one that is named, else the only one, or the only one that did not pass."""
    if asked is not None:
        named = [name for name in verdicts if asked in (name, name.partition("+")[0])]
        return asked if asked in named else _only(named, f"There is no drill '{asked}' in '{folder}'", verdicts)
    bad = [name for name, verdict in verdicts.items() if verdict != "passed"]
    return _only(bad or list(verdicts), f"The run '{folder.name}' has more than one drill to repeat", verdicts)


def _only(names: Sequence[str], otherwise: str, known: Mapping[str, str]) -> str:
    if len(names) == 1:
        return names[0]
    told = ", ".join(f"{name} ({verdict})" for name, verdict in known.items())
    raise hinted(SpecError(otherwise), f"There are: {told or 'none'}. Say which: kubedrill repro RUN DRILL.")
