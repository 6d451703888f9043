"""Things of others on the same host, which have to survive each kill and each reap."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.clock import HostClock
from harness.ownership import Kind, cache_root, host_state, leases_root, new_run_id, open_lease
from harness.providers.container import podman
from harness.providers.container.runtime import cgroup_mode, choose_runtime

_PODMAN = ("podman", "--cgroup-manager=cgroupfs", "--events-backend=none", "--log-level=error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bystanders:
    """Each by its name, and how one sees that it is still there."""

    seen: dict[str, Callable[[], bool]]

    def missing(self) -> tuple[str, ...]:
        """Those that are gone or changed."""
        return tuple(name for name, is_there in self.seen.items() if not is_there())


@contextlib.contextmanager
def bystanders(folder: Path, *, real: bool) -> Iterator[Bystanders]:
    """A run of another that lives, the host's settings, and on real machines a container, a mount and a namespace."""
    before = host_state()
    with contextlib.ExitStack() as stack:
        seen = {
            "run of another": stack.enter_context(_run_of_another()),
            "host's clock and settings": lambda: not before.changes(host_state()),
        }
        if real:
            seen["network namespace"] = stack.enter_context(_namespace(f"bystander-{folder.name}"))
            seen["mount"] = stack.enter_context(_mount(folder / "mounted"))
            seen["loop device"] = stack.enter_context(_loop(folder / "disk.img"))
            seen["container"] = stack.enter_context(_container(f"bystander-{folder.name}", folder / "root"))
        yield Bystanders(seen=seen)


@contextlib.contextmanager
def _run_of_another() -> Iterator[Callable[[], bool]]:
    with open_lease(new_run_id(HostClock().now())) as lease:
        folder = cache_root() / "labs" / lease.name
        lease.claim(Kind.FOLDER, str(folder))
        folder.mkdir(parents=True)
        (folder / "disk.img").write_text("mine")
        try:
            yield lambda: (folder / "disk.img").read_text() == "mine" and lease.folder.parent == leases_root()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lease.release(Kind.FOLDER, str(folder))


@contextlib.contextmanager
def _namespace(name: str) -> Iterator[Callable[[], bool]]:
    _run("ip", "netns", "add", name)
    try:
        yield lambda: name in _run("ip", "netns", "list").split()
    finally:
        _run("ip", "netns", "delete", name)


@contextlib.contextmanager
def _mount(point: Path) -> Iterator[Callable[[], bool]]:
    point.mkdir()
    _run("mount", "-t", "tmpfs", "-o", "size=1m", "bystander", str(point))
    (point / "file").write_text("mine")
    try:
        yield lambda: (point / "file").exists() and (point / "file").read_text() == "mine"
    finally:
        _run("umount", str(point))


@contextlib.contextmanager
def _loop(image: Path) -> Iterator[Callable[[], bool]]:
    image.touch()
    with image.open("r+b") as file:
        file.truncate(1 << 20)
    device = _run("losetup", "--find", "--show", str(image)).strip()
    try:
        yield lambda: str(image) in _run("losetup", "--list", "--noheadings", "--output", "BACK-FILE", device)
    finally:
        _run("losetup", "--detach", device)


@contextlib.contextmanager
def _container(name: str, root: Path) -> Iterator[Callable[[], bool]]:
    """A container that sleeps, its root no more than the program and its libraries."""
    sleep = shutil.which("sleep") or "/usr/bin/sleep"
    needed = [word for word in _run("ldd", sleep).split() if word.startswith("/")]
    for path in (sleep, *needed):
        copy = root / path.removeprefix("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    # As machines are started: not every host lets podman set its own limits, or has cgroups that each runtime knows.
    limits = ("--runtime", choose_runtime(cgroup_mode()), "run", "--detach", "--name", name, *podman._limits())
    try:
        _run(*_PODMAN, *limits, "--cgroupns=private", "--network=none", "--rootfs", str(root), sleep, "86400")
        yield lambda: name in _run(*_PODMAN, "ps", "--format", "{{.Names}}").split()
    finally:
        _run(*_PODMAN, "rm", "--force", "--ignore", "--time", "0", name)


def _run(*argv: str) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{argv} ended with {done.returncode}: {done.stderr}")
    return done.stdout
