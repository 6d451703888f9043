"""The root file system of a machine, before it becomes a disk."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from harness.images.catalog import KubernetesVersion
from harness.images.debian import SUITE, make_tree
from harness.images.gobuild import CNI_PLUGINS
from harness.images.progress import Progress
from harness.images.recipe import digest_of, recipe_root
from harness.images.stage import stage
from harness.shell import run

_TOOLS = ("kubeadm", "kubelet", "kubectl", "etcdctl", "etcdutl", "crictl", "versitygw")
_LIMIT = timedelta(minutes=10)
#: What package scripts leave behind that must differ on every machine, or is of no use on it.
_LEFTOVERS = (
    "etc/ssh/ssh_host_*",
    "etc/hostname",
    "var/lib/systemd/random-seed",
    "var/lib/dbus/machine-id",
    "var/log/*.log",
)


def packages() -> tuple[str, ...]:
    """The Debian packages of a machine, as the recipe lists them."""
    return _listed("packages.list")


def debian_root(progress: Progress) -> Path:
    """The Debian tree of every machine as a tar file, made once for a list of packages."""

    def make(made: Path) -> None:
        progress.waiting_on("Debian packages for the machines' root")
        make_tree(made / "root.tar", packages(), variant="minbase")

    return stage("root", digest_of(SUITE, *packages()), make) / "root.tar"


def dress(tree: Path, archive: Path, version: KubernetesVersion, programs: Mapping[str, Path]) -> None:
    """Unpack the Debian tree and put in what makes a Kubernetes machine of it."""
    tree.mkdir()
    run(["tar", "-C", str(tree), "--numeric-owner", "-xpf", str(archive)], timeout=_LIMIT)
    for device in (tree / "dev").iterdir():
        shutil.rmtree(device) if device.is_dir() and not device.is_symlink() else device.unlink()
    for leftover in (path for pattern in _LEFTOVERS for path in tree.glob(pattern)):
        leftover.unlink()
    _overlay(tree, version)
    for name in _TOOLS:
        _install(programs[name], tree / "usr/bin" / name)
    for name in CNI_PLUGINS:
        _install(programs[name], tree / "opt/cni/bin" / name)
    for folder in ("var/lib/etcd", "var/lib/volumes", "var/log/journal", "etc/kubernetes/manifests", "etc/cni/net.d"):
        (tree / folder).mkdir(parents=True, exist_ok=True)
    (tree / "var/lib/etcd").chmod(0o700)
    _units(tree)
    (tree / "etc/machine-id").write_text("")
    run(["chroot", str(tree), "passwd", "--quiet", "--lock", "root"], timeout=_LIMIT)


def _overlay(tree: Path, version: KubernetesVersion) -> None:
    files = recipe_root() / "node" / "files"
    for source in sorted(path for path in files.rglob("*") if path.is_file()):
        target = tree / source.relative_to(files)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        text = source.read_text()
        target.write_text(text.replace("@PAUSE@", f"registry.k8s.io/pause:{version.pause}"))
        target.chmod(0o644)


def _install(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o755)


def _units(tree: Path) -> None:
    system = tree / "etc/systemd/system"
    for name in _listed("masked.list"):
        unit = system / name
        unit.unlink(missing_ok=True)
        unit.symlink_to("/dev/null")
    run(["chroot", str(tree), "systemctl", "--quiet", "enable", *_listed("enabled.list")], timeout=_LIMIT)


def _listed(name: str) -> tuple[str, ...]:
    lines = (recipe_root() / "node" / name).read_text().splitlines()
    return tuple(word for line in lines if (word := line.partition("#")[0].strip()))
