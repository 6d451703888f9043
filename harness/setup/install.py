"""Bring a host to where a provider can make labs on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from harness.errors import SpecError, hinted
from harness.setup.apt import Apt
from harness.setup.daemons import set_up_libvirt, set_up_vagrant
from harness.setup.distribution import OS_RELEASE, read_distribution
from harness.setup.emulator import set_up_emulator
from harness.setup.kernel import raise_inotify
from harness.setup.need import Need, needs_of


def setup_host(
    provider: str,
    say: Callable[[str], None],
    *,
    step: Callable[[str], None] | None = None,
    is_root: bool | None = None,
    os_release: Path = OS_RELEASE,
    apt: Apt | None = None,
) -> tuple[str, ...]:
    """Install what is missing for a provider, and return what was; `step` is told how far it is."""
    needs = needs_of(provider)
    if not needs:
        say(f"The provider '{provider}' needs nothing from the system.")
        return ()
    missing = _install(provider, needs, say, step=step, is_root=is_root, os_release=os_release, apt=apt)
    if provider == "container":
        raise_inotify(say, is_root=is_root)
    if provider in ("libvirt", "vagrant"):
        set_up_emulator(say, apt or Apt(say=step or say), read_distribution(os_release))
        set_up_libvirt(say)
    if provider == "vagrant":
        set_up_vagrant(say)
    return missing


def _install(
    provider: str,
    needs: tuple[Need, ...],
    say: Callable[[str], None],
    *,
    step: Callable[[str], None] | None,
    is_root: bool | None,
    os_release: Path,
    apt: Apt | None,
) -> tuple[str, ...]:
    distribution = read_distribution(os_release)
    names = " ".join(need.package for need in needs)
    if not distribution.has_apt:
        raise hinted(
            SpecError(f"Packages are installed by apt only, and {distribution.name} has none"),
            f"Install what corresponds to these packages of Debian, then run `kubedrill doctor`: {names}",
        )
    apt = apt or Apt(say=step or say)
    missing = apt.missing(need.package for need in needs)
    if not missing:
        say(f"All {len(needs)} packages for the provider '{provider}' are installed.")
        return ()
    if not (os.geteuid() == 0 if is_root is None else is_root):
        raise hinted(
            SpecError(f"Installing packages needs root; missing are: {' '.join(missing)}"),
            f"Run `sudo kubedrill setup --provider {provider}`.",
        )
    for need in needs:
        if need.package in missing:
            say(f"Installing {need.package:<16} {need.why}")
    apt.install(missing)
    say(f"Installed {len(missing)} of {len(needs)} packages; the others were there.")
    return missing
