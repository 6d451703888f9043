from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.errors import LabError, SpecError, explain
from harness.images.packages import REQUIRED_PACKAGES
from harness.providers.libvirt.acceleration import Acceleration
from harness.setup import NEEDS, needs_of, setup_host
from harness.setup.apt import Apt
from harness.setup.distribution import Distribution, read_distribution
from harness.setup.emulator import set_up_emulator

_DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n'
_DPKG = """#!/bin/sh
cat {state} 2>/dev/null; exit 0
"""
_APT_GET = """#!/bin/sh
echo "$@" >> {log}
case "$*" in
  *indextargets*) echo "http://mirror/debian/ bookworm main";;
  *update*) exit {update};;
  *install*) echo "Get:1 mirror podman"; echo "Setting up podman (1)"; grep -q broken {log} && exit 100
    for one in podman runc; do echo "$one installed" >> {state}; done; exit 0;;
esac
"""


@dataclass
class StillApt:
    """An apt of which something is missing, and which remembers what it was told."""

    absent: tuple[str, ...] = ()
    installed: list[str] = field(default_factory=list)

    def missing(self, packages: Iterable[str]) -> tuple[str, ...]:
        return tuple(package for package in packages if package in self.absent)

    def install(self, packages: Sequence[str]) -> None:
        self.installed += packages


@pytest.fixture(autouse=True)
def kernel(monkeypatch: pytest.MonkeyPatch) -> list[bool | None]:
    """Whether its limit was to be raised as root, each time; the kernel of this host is left alone."""
    told: list[bool | None] = []
    monkeypatch.setattr("harness.setup.install.raise_inotify", lambda _, *, is_root: told.append(is_root))
    return told


def _setup(
    tmp_path: Path, apt: StillApt, *, is_root: bool = True, release: str = _DEBIAN
) -> tuple[list[str], tuple[str, ...]]:
    said: list[str] = []
    (tmp_path / "os-release").write_text(release)
    done = setup_host("container", said.append, is_root=is_root, os_release=tmp_path / "os-release", apt=apt)  # type: ignore[arg-type]
    return said, done


def test_only_what_is_missing_is_installed_and_each_is_told_with_its_reason(tmp_path: Path) -> None:
    apt = StillApt(absent=("podman", "runc"))
    said, done = _setup(tmp_path, apt)
    assert apt.installed == ["podman", "runc"]
    assert set(done) == {"podman", "runc"}
    assert any("podman" in line and "runs the machines" in line for line in said)


def test_the_limit_of_the_kernel_is_looked_after_for_container_machines_and_for_no_others(
    tmp_path: Path, kernel: list[bool | None]
) -> None:
    setup_host("rehearsal", list[str]().append, os_release=tmp_path / "none")
    assert kernel == []
    _setup(tmp_path, StillApt())
    assert kernel == [True]


def test_the_second_time_nothing_is_done(tmp_path: Path) -> None:
    apt = StillApt()
    said, done = _setup(tmp_path, apt, is_root=False)
    assert (done, apt.installed) == ((), [])
    assert "are installed" in said[0]


def test_without_root_the_command_to_use_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="needs root; missing are: podman") as refused:
        _setup(tmp_path, StillApt(absent=("podman",)), is_root=False)
    assert "sudo kubedrill setup --provider container" in explain(refused.value)


def test_other_distributions_get_the_list(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="Fedora Linux 41 has none") as refused:
        _setup(tmp_path, StillApt(), release='ID=fedora\nPRETTY_NAME="Fedora Linux 41"\n')
    assert "podman" in explain(refused.value)


def test_rehearsal_needs_nothing_on_any_system(tmp_path: Path) -> None:
    said: list[str] = []
    assert setup_host("rehearsal", said.append, os_release=tmp_path / "none") == ()
    assert "needs nothing" in said[0]


@pytest.mark.parametrize(
    ("text", "has_apt"),
    [(_DEBIAN, True), ("ID=linuxmint\nID_LIKE='ubuntu debian'\n", True), ("ID=arch\n", False), ("", False)],
)
def test_relatives_of_debian_are_known(tmp_path: Path, text: str, has_apt: bool) -> None:
    (tmp_path / "os-release").write_text(text)
    assert read_distribution(tmp_path / "os-release").has_apt is has_apt


def test_every_need_says_what_for_and_is_listed_once() -> None:
    for provider in NEEDS:
        packages = [need.package for need in needs_of(provider)]
        assert len(set(packages)) == len(packages)
        assert all(need.why for need in needs_of(provider))


def test_container_machines_need_all_that_building_their_image_needs() -> None:
    packages = {need.package for need in needs_of("container")}
    assert {package for package, _ in REQUIRED_PACKAGES} <= packages
    # Without Debian's keys mmdebstrap trusts nothing on Ubuntu.
    assert {"debian-archive-keyring", "podman"} <= packages


def _fake_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, known: bool = True, update: int = 0) -> Path:
    """apt's programs as scripts on the PATH; returns the log of what apt-get was told."""
    log, state = tmp_path / "log", tmp_path / "state"
    programs = {
        "dpkg-query": _DPKG.format(state=state),
        "apt-get": _APT_GET.format(log=log, state=state, update=update),
        "apt-cache": f"#!/bin/sh\nexit {0 if known else 100}\n",
    }
    (tmp_path / "bin").mkdir()
    for name, text in programs.items():
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/mirror_Packages.lz4").touch()
    return log


def test_lists_that_know_the_packages_are_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, said = _fake_apt(tmp_path, monkeypatch), list[str]()
    apt = Apt(say=said.append, lists=tmp_path / "lists")
    assert apt.missing(["podman", "runc"]) == ("podman", "runc")
    apt.install(["podman", "runc"])
    assert apt.missing(["podman", "runc"]) == ()
    assert said == ["Get:1 mirror podman", "Setting up podman (1)"]
    (told,) = log.read_text().splitlines()
    assert "DPkg::Lock::Timeout" in told
    assert told.endswith("install --yes --no-install-recommends podman runc")


@pytest.mark.parametrize("reason", ["no lists", "unknown package"])
def test_lists_are_fetched_when_they_are_missing_or_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    log = _fake_apt(tmp_path, monkeypatch, known=reason == "no lists")
    lists = tmp_path / ("empty" if reason == "no lists" else "lists")
    Apt(say=list[str]().append, lists=lists).install(["podman"])
    assert [line.split()[6] for line in log.read_text().splitlines()] == ["update", "install"]


def test_a_failing_installation_is_tried_once_more_with_fresh_lists_and_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = _fake_apt(tmp_path, monkeypatch)
    with pytest.raises(LabError, match="'apt-get install' ended with status 100"):
        Apt(say=list[str]().append, lists=tmp_path / "lists").install(["broken"])
    assert [line.split()[6] for line in log.read_text().splitlines()] == ["install", "update", "install"]


def _emulated(qemu: str, *, kvm: bool = False) -> Acceleration:
    return Acceleration(kvm=kvm, reason="tried", qemu=qemu)


def _debian(tmp_path: Path, release: str = _DEBIAN + "VERSION_CODENAME=bookworm\n") -> Distribution:
    (tmp_path / "os-release").write_text(release)
    return read_distribution(tmp_path / "os-release")


def test_a_slow_emulator_is_replaced_from_the_backports_and_the_systems_sources_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, said = _fake_apt(tmp_path, monkeypatch), list[str]()
    set_up_emulator(said.append, Apt(say=said.append), _debian(tmp_path), lambda: _emulated("7.2.22"))
    indexed, updated, installed = log.read_text().splitlines()
    assert "indextargets" in indexed
    assert "List-Cleanup=0" in updated
    assert installed.endswith("--target-release bookworm-backports qemu-system-x86 qemu-utils")
    assert "Dir::Etc::SourceParts=/tmp" in installed.replace(tempfile.gettempdir(), "/tmp")


@pytest.mark.parametrize("found", [_emulated("10.0.2"), _emulated("7.2.22", kvm=True)])
def test_a_quick_emulator_and_one_that_nobody_needs_are_left_alone(tmp_path: Path, found: Acceleration) -> None:
    said: list[str] = []
    set_up_emulator(said.append, Apt(say=said.append), _debian(tmp_path), lambda: found)
    assert said == []


def test_without_backports_the_slow_emulator_stays_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, said = _fake_apt(tmp_path, monkeypatch, update=100), list[str]()
    set_up_emulator(said.append, Apt(say=said.append), _debian(tmp_path), lambda: _emulated("7.2.22"))
    assert "so it stays" in said[-1]
    assert "install --yes" not in log.read_text()


def test_relatives_of_debian_are_told_that_their_emulator_is_slow(tmp_path: Path) -> None:
    said: list[str] = []
    ubuntu = _debian(tmp_path, 'PRETTY_NAME="Ubuntu 22.04"\nID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=jammy\n')
    set_up_emulator(said.append, Apt(say=said.append), ubuntu, lambda: _emulated("6.2.0"))
    assert said == ["Guests are emulated here, and QEMU 6.2.0 does that slowly; QEMU 8 or later is better."]
