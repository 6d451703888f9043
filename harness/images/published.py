"""Programs that somebody else built: published releases, or a folder of the same layout without a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from harness.errors import LabError, hinted
from harness.images.catalog import KubernetesVersion
from harness.images.download import WebShelf, file_sum
from harness.images.gobuild import GoBuild, go_builds
from harness.images.modules import ModulesSource
from harness.images.progress import Progress
from harness.images.recipe import digest_of, digest_of_files

#: Where Kubernetes publishes its releases.
RELEASES = "https://dl.k8s.io"
_PLATFORM = "linux/amd64"


class Shelf(Protocol):
    """Something that has files by path, each with its checksum beside it."""

    def fetch(self, path: str, progress: Progress) -> Path | None:
        """The verified file, or None where there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderShelf:
    """Files in a folder, for machines without a network."""

    folder: Path

    def fetch(self, path: str, progress: Progress) -> Path | None:
        """The file, if it is what the checksum beside it says; None where it is missing."""
        file, beside = self.folder / path, self.folder / f"{path}.sha256"
        if not file.is_file():
            return None
        progress.waiting_on(f"the checksum of '{file}'")
        if not beside.is_file():
            raise LabError(f"The file '{file}' cannot be trusted: there is no '{beside.name}' beside it")
        wanted, found = beside.read_text().strip()[:64], file_sum(file)
        if wanted != found:
            raise LabError(f"The file '{file}' is not what was put there: its SHA-256 is {found} instead of {wanted}")
        return file


def files_of(version: KubernetesVersion) -> tuple[tuple[GoBuild | None, Mapping[str, str]], ...]:
    """Where each program lies on a shelf, grouped by the build that could make it instead.

    Kubernetes lies as on dl.k8s.io; the other parts beside it, by the digest of the recipe that made them.
    """
    groups: list[tuple[GoBuild | None, Mapping[str, str]]] = []
    for build in go_builds(version):
        place = f"parts/{build.name}-{digest_of_files([build.folder])[:12]}/{_PLATFORM}"
        if build.name == version.minor:
            place = f"release/{version.kubernetes}/bin/{_PLATFORM}"
        groups.append((build, {name: f"{place}/{name}" for name in build.programs}))
    groups.append((None, {"pause": f"parts/pause-{version.pause}/{_PLATFORM}/pause"}))
    return tuple(groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSource:
    """Published programs; parts which the publisher does not have are compiled from their pinned modules."""

    shelf: WebShelf
    fallback: ModulesSource
    name: str = "release"

    def digest(self, version: KubernetesVersion) -> str:
        """One number of the release; a published version never changes, so no network is needed."""
        return digest_of(self.name, self.shelf.base_url, self.fallback.digest(version))

    def reachable(self, version: KubernetesVersion) -> bool:
        """Whether the publisher answers soon and has this version."""
        return self.shelf.reachable(f"release/{version.kubernetes}/bin/{_PLATFORM}/kubeadm.sha256")

    def programs(self, version: KubernetesVersion, progress: Progress) -> Mapping[str, Path]:
        """Every program by name; Kubernetes itself must be published."""
        found: dict[str, Path] = {}
        missing: list[GoBuild] = []
        for build, files in files_of(version):
            group = {name: self.shelf.fetch(path, progress) for name, path in files.items()}
            if all(group.values()):
                found |= {name: path for name, path in group.items() if path}
            elif build is not None and build.name == version.minor:
                absent = ", ".join(name for name, path in group.items() if path is None)
                raise LabError(f"'{self.shelf.base_url}' has no {absent} of Kubernetes {version.kubernetes}")
            elif build is not None:
                missing.append(build)
        if missing or "pause" not in found:
            found = {**self.fallback.some(version, tuple(missing), progress, pause="pause" not in found), **found}
        return found

    def release_space(self) -> None:
        """Give back what compiling the missing parts took."""
        self.fallback.release_space()


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySource:
    """A folder that has every program, as `python -m harness.images.export` writes it."""

    shelf: FolderShelf
    name: str = "directory"

    def digest(self, version: KubernetesVersion) -> str:
        """One number of the checksums in the folder."""
        sums = (
            (self.shelf.folder / f"{path}.sha256", path) for _, files in files_of(version) for path in files.values()
        )
        return digest_of(
            self.name, *(f"{path} {beside.read_text() if beside.exists() else ''}" for beside, path in sums)
        )

    def reachable(self, version: KubernetesVersion) -> bool:
        """Whether the folder has this version."""
        return all((self.shelf.folder / path).exists() for _, files in files_of(version) for path in files.values())

    def programs(self, version: KubernetesVersion, progress: Progress) -> Mapping[str, Path]:
        """Every program by name; there is nowhere else to look for a missing one."""
        found: dict[str, Path] = {}
        for _, files in files_of(version):
            for name, path in files.items():
                file = self.shelf.fetch(path, progress)
                if file is None:
                    raise hinted(
                        LabError(f"The folder '{self.shelf.folder}' has no '{path}'"),
                        "Make the folder anew with `python -m harness.images.export` on a machine with a network.",
                    )
                found[name] = file
        return found

    def release_space(self) -> None:
        """A folder keeps what it has."""
