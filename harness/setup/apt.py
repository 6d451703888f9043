"""Debian's package manager."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import LabError, hinted
from harness.shell import capture, spawn

_LISTS = Path("/var/lib/apt/lists")
_SOURCES = Path("/etc/apt/sources.list.d")
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
#: A fresh machine's own unattended upgrade may hold the lock for minutes.
_OPTIONS = ("-o", "DPkg::Lock::Timeout=600", "-o", "Dpkg::Use-Pty=0", "-o", "Acquire::Retries=3")
_ENVIRONMENT = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "NEEDRESTART_SUSPEND": "1"}
#: What of apt's output tells a person how far it is.
_TELLING = ("Get:", "Unpacking ", "Setting up ", "Waiting for cache lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Apt:
    """apt and dpkg; `say` is told each step."""

    say: Callable[[str], None]
    lists: Path = _LISTS

    def missing(self, packages: Iterable[str]) -> tuple[str, ...]:
        """Those that are not installed."""
        wanted = tuple(packages)
        answer = capture(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted])
        installed = {line.split()[0] for line in answer.text.splitlines() if line.endswith(" installed")}
        return tuple(package for package in wanted if package not in installed)

    def install(self, packages: Sequence[str]) -> None:
        """Install them, with the package lists brought up to date first if they are absent or too old to help."""
        if not any(self.lists.glob("*_Packages*")) or not all(map(self._is_known, packages)):
            self._apt_get("update")
        try:
            self._install(packages)
        except LabError as refused:
            # Lists from last month name versions that the mirror no longer has.
            self.say(f"Trying again with new package lists: {refused}")
            self._apt_get("update")
            self._install(packages)

    def install_from(self, suite: str, beside: str, packages: Sequence[str]) -> None:
        """Install them from a suite that lies beside one in use, without making it one of the system's own."""
        with _sources_with(suite, _mirror_of(beside)) as sources:
            self._apt_get("update", "-o", f"Dir::Etc::SourceParts={sources}", "-o", "APT::Get::List-Cleanup=0")
            chosen = ("-o", f"Dir::Etc::SourceParts={sources}", "--target-release", suite)
            self._apt_get("install", "--yes", "--no-install-recommends", *chosen, *packages)

    def _install(self, packages: Sequence[str]) -> None:
        self._apt_get("install", "--yes", "--no-install-recommends", *packages)

    def _is_known(self, package: str) -> bool:
        return capture(["apt-cache", "show", "--no-all-versions", package]).status == 0

    def _apt_get(self, *arguments: str) -> None:
        said: list[str] = []
        argv = ("apt-get", *_OPTIONS, *arguments)
        with spawn(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_ENVIRONMENT) as apt:
            for line in apt.stdout or ():
                said.append(line.decode(errors="replace").rstrip())
                if said[-1].startswith(_TELLING):
                    self.say(said[-1])
            status = apt.wait()
        if status != 0:
            errors = [line for line in said if line.startswith(("E:", "Err:"))] or said[-3:] or ["it said nothing"]
            raise hinted(
                LabError(f"'apt-get {arguments[0]}' ended with status {status}: {errors[-1]}"), "\n".join(errors[:-1])
            )


def _mirror_of(suite: str) -> str:
    """Where the packages of a suite come from on this host."""
    argv = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Identifier: Packages"]
    for line in capture(argv).text.splitlines():
        address, *named = line.split()
        if named == [suite, "main"]:
            return address
    raise LabError(f"No mirror of '{suite}' is among the sources of apt")


@contextlib.contextmanager
def _sources_with(suite: str, mirror: str) -> Iterator[Path]:
    """The sources of apt and one more, in a folder that is not the system's."""
    with tempfile.TemporaryDirectory(prefix="kubedrill-apt-") as name:
        folder = Path(name)
        for known in (*_SOURCES.glob("*.sources"), *_SOURCES.glob("*.list")):
            (folder / known.name).symlink_to(known)
        signed = f"Signed-By: {_KEYRING}\n" if Path(_KEYRING).exists() else ""
        text = f"Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\n{signed}"
        (folder / "kubedrill.sources").write_text(text)
        yield folder
