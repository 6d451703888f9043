"""Where the programs of a node image come from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from harness.errors import SpecError
from harness.images.catalog import KubernetesVersion
from harness.images.download import WebShelf
from harness.images.modules import ModulesSource
from harness.images.progress import Progress
from harness.images.published import RELEASES, DirectorySource, FolderShelf, ReleaseSource
from harness.spec.place import check_path

_WAYS = "'auto', 'modules', 'release', 'release=URL' or 'directory=FOLDER'"


class Source(Protocol):
    """One way to come by every program of a node image."""

    @property
    def name(self) -> str:
        """The word that asks for it."""
        ...

    def digest(self, version: KubernetesVersion) -> str:
        """One number of all that this source would deliver, known before it delivers anything."""
        ...

    def reachable(self, version: KubernetesVersion) -> bool:
        """Whether it seems able to deliver this version, found out within seconds."""
        ...

    def programs(self, version: KubernetesVersion, progress: Progress) -> Mapping[str, Path]:
        """Every program by name, verified."""
        ...

    def release_space(self) -> None:
        """Give back what only the making needed."""
        ...


def modules() -> Source:
    """Compile from pinned Go modules."""
    return ModulesSource()


def release(base_url: str = RELEASES) -> Source:
    """Take published programs from below an address of dl.k8s.io's layout."""
    return ReleaseSource(shelf=WebShelf(base_url=base_url), fallback=ModulesSource())


def directory(folder: Path) -> Source:
    """Take everything from a folder of the same layout."""
    if not folder.is_dir():
        raise SpecError(f"The source folder '{folder}' does not exist")
    return DirectorySource(shelf=FolderShelf(folder=folder))


def candidates(asked: str) -> tuple[Source, ...]:
    """The sources that a word stands for, the preferred one first."""
    word, _, argument = asked.partition("=")
    if asked == "auto":
        return (release(), modules())
    if asked == "modules":
        return (modules(),)
    if word == "release":
        if argument and not argument.startswith(("http://", "https://")):
            raise SpecError(f"The release source '{argument}' is no address that begins with http:// or https://")
        return (release(argument or RELEASES),)
    if word == "directory" and argument:
        return (directory(check_path("source folder", Path(argument).expanduser())),)
    raise SpecError(f"There is no source '{asked}'; it is one of {_WAYS}")


def choose(asked: str, version: KubernetesVersion) -> Source:
    """The source that a word stands for; of several, the first that answers soon, else the last."""
    among = candidates(asked)
    return next((source for source in among[:-1] if source.reachable(version)), among[-1])
