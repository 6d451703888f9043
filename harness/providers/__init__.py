"""What makes and unmakes machines, disks, networks and channels."""

from __future__ import annotations

import importlib.util
import shutil

from harness.errors import SpecError, hinted
from harness.providers.seam import Provider
from harness.spec.connection import SYSTEM

#: The providers by their names on the command line.
NAMES = ("container", "libvirt", "rehearsal", "vagrant")


def provider_named(name: str, *, source: str = "auto", connect: str = SYSTEM) -> Provider:
    """A provider by its name: node images from the source, machines on that libvirt; `auto` is the best here."""
    # Imported late: each brings libraries that the others do without.
    if name in ("auto", "container"):
        from harness.providers.container import ContainerProvider

        return ContainerProvider(source=source)
    if name == "libvirt":
        return _libvirt(source, connect)
    if name == "vagrant":
        return _vagrant(source)
    if name == "rehearsal":
        from harness.providers.rehearsal import RehearsalProvider

        return RehearsalProvider()
    raise hinted(SpecError(f"There is no provider '{name}'"), f"Use one of: auto, {', '.join(NAMES)}.")


def best_provider() -> tuple[str, str]:
    """The provider that `auto` stands for on this host, and why."""
    if shutil.which("virsh") is None or importlib.util.find_spec("libvirt") is None:
        return "container", "chosen by 'auto', because libvirt is not set up on this host"
    from harness.providers.libvirt.acceleration import proven_acceleration

    proven = proven_acceleration()
    if proven.kvm:
        return "libvirt", "chosen by 'auto', because guests run under KVM on this host"
    return "container", f"chosen by 'auto', because {proven.reason}"


def _libvirt(source: str, connect: str) -> Provider:
    try:
        from harness.providers.libvirt.provider import LibvirtProvider
    except ModuleNotFoundError as missing:
        raise _without_library("libvirt", missing) from missing
    return LibvirtProvider(source=source, uri=connect)


def _vagrant(source: str) -> Provider:
    if shutil.which("vagrant") is None:
        raise hinted(
            SpecError("The provider 'vagrant' needs Vagrant, which is not installed"),
            "Run `kubedrill setup --provider vagrant`.",
        )
    try:
        from harness.providers.vagrant.provider import VagrantProvider
    except ModuleNotFoundError as missing:
        raise _without_library("vagrant", missing) from missing
    return VagrantProvider(source=source)


def _without_library(provider: str, missing: ModuleNotFoundError) -> Exception:
    library = {"libvirt": "libvirt-python", "libvirt_qemu": "libvirt-python", "vagrant": "python-vagrant"}
    if missing.name not in library:
        return missing
    return hinted(
        SpecError(f"The provider '{provider}' needs the library {library[missing.name]}, which is not installed"),
        f"Run `kubedrill setup --provider {provider}`.",
    )
