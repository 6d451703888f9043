"""Virtual machines, pools and networks of a run, as libvirt's daemon knows them: their names carry its mark."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import LabError
from harness.ownership.claim import Kind
from harness.ownership.host import Host
from harness.ownership.resource import Leak, Scope, each
from harness.spec.connection import SESSION, SYSTEM


def logs_of(uri: str) -> Path | None:
    """Where libvirt tells of its machines' emulators, if that is on this host; what it tells outlives them."""
    if uri == SYSTEM:
        return Path("/var/log/libvirt/qemu")
    if uri == SESSION:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "libvirt/qemu/log"
    return None


class Domains:
    """The machines of libvirt labs, snapshots and saved states included."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """By name."""
        return _found(host, scope, Kind.DOMAIN, "list", "--all", "--name")

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:  # noqa: ARG002
        """Take their power away, and forget them where they are defined."""
        each(leaks, lambda leak: _end_domain(leak.name, _keeper(leak, host)))


class Networks:
    """The layers 2 of libvirt labs."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """By name."""
        return _found(host, scope, Kind.NETWORK, "net-list", "--all", "--name")

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:  # noqa: ARG002
        """Take them down, and forget them where they are defined."""
        each(leaks, lambda leak: _end_network(leak.name, _keeper(leak, host)))


class Pools:
    """The disks of labs whose libvirt keeps them: a pool, and the folder that it is made of."""

    def find(self, scope: Scope, host: Host) -> tuple[Leak, ...]:
        """By name; a folder is left when libvirt's daemon has forgotten its pool."""
        known = _found(host, scope, Kind.POOL, "pool-list", "--all", "--name")
        folders = {path.name for path in _pool_folders(host) if scope.covers(path.name)}
        left = folders - {leak.name for leak in known if not leak.detail}
        return tuple(sorted((*known, *(Leak(kind=Kind.POOL, name=name) for name in left))))

    def end(self, leaks: Sequence[Leak], scope: Scope, host: Host) -> None:  # noqa: ARG002
        """Let libvirt forget them, and remove all that is in them."""
        each(leaks, lambda leak: _end_pool(leak.name, _keeper(leak, host), host))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Libvirt:
    """A daemon, by its address."""

    uri: str
    host: Host

    def run(self, *words: str) -> str:
        """What virsh says there."""
        return self.host.run("virsh", "--quiet", "--connect", self.uri, *words).text

    @property
    def is_system(self) -> bool:
        """Whether it is this host's own."""
        return self.uri == SYSTEM


def virtual_names(host: Host) -> frozenset[str]:
    """The names of all domains, pools and networks; nothing where libvirt is not installed or does not run."""
    nobody = Scope(run="", cache=Path("/"))
    here = _Libvirt(uri=SYSTEM, host=host)
    machines = _listed(here, nobody, Kind.DOMAIN, "list", "--all", "--name")
    pools = (*_listed(here, nobody, Kind.POOL, "pool-list", "--all", "--name"), *(p.name for p in _pool_folders(host)))
    return frozenset((*machines, *pools, *_listed(here, nobody, Kind.NETWORK, "net-list", "--all", "--name")))


def _found(host: Host, scope: Scope, kind: Kind, *words: str) -> tuple[Leak, ...]:
    """What is on this host's own libvirt, and on those where something was claimed."""
    claimed = {claim.details.get("uri", SYSTEM) for claim in scope.claims if claim.kind is kind}
    return tuple(
        Leak(kind=kind, name=name, detail="" if uri == SYSTEM else uri)
        for uri in (SYSTEM, *sorted(claimed - {SYSTEM}))
        for name in _listed(_Libvirt(uri=uri, host=host), scope, kind, *words)
        if scope.covers(name)
    )


def _keeper(leak: Leak, host: Host) -> _Libvirt:
    return _Libvirt(uri=leak.detail or SYSTEM, host=host)


def _listed(libvirt: _Libvirt, scope: Scope, kind: Kind, *words: str) -> tuple[str, ...]:
    if not libvirt.host.has("virsh"):
        return ()
    try:
        return tuple(libvirt.run(*words).split())
    except LabError:
        # Many have libvirt and use it for nothing of ours; who has claims there must be told.
        if any(claim.kind is kind and claim.details.get("uri", SYSTEM) == libvirt.uri for claim in scope.claims):
            raise
        return ()


def _end_domain(name: str, libvirt: _Libvirt) -> None:
    try:
        libvirt.run("destroy", name)
    except LabError as refused:
        # A domain that is off cannot be destroyed, and one that is gone needs not be.
        if "not running" not in str(refused) and "failed to get domain" not in str(refused):
            raise
    if name in libvirt.run("list", "--all", "--name").split():
        libvirt.run("undefine", name, "--managed-save", "--snapshots-metadata", "--nvram")
    folder = logs_of(libvirt.uri)
    if folder is not None:
        (folder / f"{name}.log").unlink(missing_ok=True)


def _end_network(name: str, libvirt: _Libvirt) -> None:
    try:
        libvirt.run("net-destroy", name)
    except LabError as refused:
        if "not active" not in str(refused) and "failed to get network" not in str(refused):
            raise
    if name in libvirt.run("net-list", "--all", "--name").split():
        libvirt.run("net-undefine", name)


def _end_pool(name: str, libvirt: _Libvirt, host: Host) -> None:
    away = not libvirt.is_system
    if name in libvirt.run("pool-list", "--name").split():
        if away:
            _empty_pool(name, libvirt)
        libvirt.run("pool-destroy", name)
    if name in libvirt.run("pool-list", "--all", "--name").split():
        if away:
            # Its folder is where no path of ours leads.
            libvirt.run("pool-delete", name)
        libvirt.run("pool-undefine", name)
    folder = host.pools / name
    if not away and folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)


def _empty_pool(name: str, libvirt: _Libvirt) -> None:
    libvirt.run("pool-refresh", name)
    for line in libvirt.run("vol-list", name).splitlines():
        if line.strip():
            libvirt.run("vol-delete", line.split()[0], "--pool", name)


def _pool_folders(host: Host) -> tuple[Path, ...]:
    return tuple(sorted(host.pools.glob("kd-*")))
