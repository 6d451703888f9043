"""Virtual machines, pools and networks of a run, as libvirt's daemon knows them: their names carry its mark."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from harness.errors import LabError
from harness.ownership.claim import Kind
from harness.ownership.host import Host
from harness.ownership.resource import Leak, Scope, each

SYSTEM = "qemu:///system"
_VIRSH = ("virsh", "--quiet", "--connect", SYSTEM)
#: What libvirt tells of a machine's emulator; it stays when the machine goes.
LOGS = Path("/var/log/libvirt/qemu")


class Domains:
    """The machines of libvirt labs, snapshots and saved states included."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """By name."""
        names = _listed(host, scope, Kind.DOMAIN, "list", "--all", "--name")
        return tuple(Leak(kind=Kind.DOMAIN, name=name) for name in names if scope.covers(name))

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:  # noqa: ARG002
        """Take their power away, and forget them where they are defined."""
        each(leaks, lambda leak: _end_domain(leak.name, host))


class Networks:
    """The layers 2 of libvirt labs."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """By name."""
        names = _listed(host, scope, Kind.NETWORK, "net-list", "--all", "--name")
        return tuple(Leak(kind=Kind.NETWORK, name=name) for name in names if scope.covers(name))

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:  # noqa: ARG002
        """Take them down, and forget them where they are defined."""
        each(leaks, lambda leak: _end_network(leak.name, host))


class Pools:
    """The disks of Vagrant's labs: a pool, and the folder of the same name that it is made of."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """By name; a folder is left when libvirt's daemon has forgotten its pool."""
        names = {name for name in _listed(host, scope, Kind.POOL, "pool-list", "--all", "--name") if scope.covers(name)}
        names |= {path.name for path in _pool_folders(host) if scope.covers(path.name)}
        return tuple(Leak(kind=Kind.POOL, name=name) for name in sorted(names))

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:  # noqa: ARG002
        """Let libvirt forget them, and remove all that is in them."""
        each(leaks, lambda leak: _end_pool(leak.name, host))


def virtual_names(host: Host) -> frozenset[str]:
    """The names of all domains, pools and networks; nothing where libvirt is not installed or does not run."""
    nobody = Scope(run="", cache=Path("/"))
    machines = _listed(host, nobody, Kind.DOMAIN, "list", "--all", "--name")
    pools = (*_listed(host, nobody, Kind.POOL, "pool-list", "--all", "--name"), *(p.name for p in _pool_folders(host)))
    return frozenset((*machines, *pools, *_listed(host, nobody, Kind.NETWORK, "net-list", "--all", "--name")))


def _listed(host: Host, scope: Scope, kind: Kind, *words: str) -> tuple[str, ...]:
    if not host.has("virsh"):
        return ()
    try:
        return tuple(host.run(*_VIRSH, *words).text.split())
    except LabError:
        # Many have libvirt and use it for nothing of ours; who has claims there must be told.
        if scope.claimed(kind):
            raise
        return ()


def _end_domain(name: str, host: Host) -> None:
    try:
        host.run(*_VIRSH, "destroy", name)
    except LabError as refused:
        # A domain that is off cannot be destroyed, and one that is gone needs not be.
        if "not running" not in str(refused) and "failed to get domain" not in str(refused):
            raise
    if name in host.run(*_VIRSH, "list", "--all", "--name").text.split():
        host.run(*_VIRSH, "undefine", name, "--managed-save", "--snapshots-metadata", "--nvram")
    (LOGS / f"{name}.log").unlink(missing_ok=True)


def _end_network(name: str, host: Host) -> None:
    try:
        host.run(*_VIRSH, "net-destroy", name)
    except LabError as refused:
        if "not active" not in str(refused) and "failed to get network" not in str(refused):
            raise
    if name in host.run(*_VIRSH, "net-list", "--all", "--name").text.split():
        host.run(*_VIRSH, "net-undefine", name)


def _end_pool(name: str, host: Host) -> None:
    if name in host.run(*_VIRSH, "pool-list", "--name").text.split():
        host.run(*_VIRSH, "pool-destroy", name)
    if name in host.run(*_VIRSH, "pool-list", "--all", "--name").text.split():
        host.run(*_VIRSH, "pool-undefine", name)
    folder = host.pools / name
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)


def _pool_folders(host: Host) -> tuple[Path, ...]:
    return tuple(sorted(host.pools.glob("kd-*")))
