"""The source `modules`: every program is compiled from Go modules that the recipe pins."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from harness.images.catalog import KubernetesVersion
from harness.images.gobuild import GoBuild, go_builds
from harness.images.progress import Progress
from harness.images.recipe import digest_of, digest_of_files, recipe_root
from harness.images.stage import stage
from harness.images.toolchain import Toolchain, find_toolchain
from harness.shell import run
from harness.strict_json import json_value

_LIMIT = timedelta(minutes=15)


class ModulesSource:
    """Programs compiled on this machine; what is downloaded is checked against the recipe's go.sum files."""

    name = "modules"

    def digest(self, version: KubernetesVersion) -> str:
        """One number of all modules and flags; the toolchain counts where its programs are kept, not here."""
        parts = [self.name, version.pause]
        for build in go_builds(version):
            parts += [build.name, digest_of_files([build.folder]), *build.ldflags, *build.programs.values()]
        return digest_of(*parts)

    def programs(self, version: KubernetesVersion, progress: Progress) -> Mapping[str, Path]:
        """Every program of a node image, by name; what an earlier build compiled is taken over."""
        return self.some(version, go_builds(version), progress)

    def reachable(self, version: KubernetesVersion) -> bool:
        """Whether the recipe pins this version; that the modules can be had shows when they are asked for."""
        return (recipe_root() / "modules" / version.minor / "go.sum").is_file()

    def some(
        self, version: KubernetesVersion, builds: tuple[GoBuild, ...], progress: Progress, *, pause: bool = True
    ) -> Mapping[str, Path]:
        """Only the programs of the given builds, and the pause program."""
        toolchain = find_toolchain()
        found: dict[str, Path] = {}
        for build in builds:
            folder = build.build(toolchain, progress)
            found |= {name: folder / name for name in build.programs}
        if pause:
            found["pause"] = _pause(version, toolchain, progress)
        return found

    def release_space(self) -> None:
        """Give back what the compiler keeps: several GiB that only the next version would use."""
        for folder in ("mod", "build"):
            shutil.rmtree(find_toolchain().caches / folder, ignore_errors=True)


def _pause(version: KubernetesVersion, toolchain: Toolchain, progress: Progress) -> Path:
    """The program of the pause container: one C file that comes inside the Kubernetes module."""
    kubernetes = go_builds(version)[0].folder

    def make(made: Path) -> None:
        progress.waiting_on("the source of the pause container")
        got = run(
            [str(toolchain.go), "mod", "download", "-json", "k8s.io/kubernetes"],
            cwd=kubernetes,
            env=toolchain.environment,
            timeout=_LIMIT,
        )
        source = Path(json_value(got.stdout)["Dir"]) / "build/pause/linux/pause.c"
        flags = ("-Os", "-Wall", "-static", f"-DVERSION=v{version.pause}")
        run(["gcc", *flags, "-s", "-o", str(made / "pause"), str(source)], timeout=_LIMIT)

    return stage("pause", digest_of(version.pause, digest_of_files([kubernetes])), make) / "pause"
