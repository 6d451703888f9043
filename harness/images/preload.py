"""Import container images into a disk's own containerd, so that no machine spends its boot on it.

Runs as a program of its own inside private mount and process namespaces: whatever ends it, even SIGKILL, the kernel
takes the mounts, the loop device and containerd away with them.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from harness.clock import Deadline, HostClock, NotYet, wait_for
from harness.errors import CommandError, LabError, explain
from harness.images.disk import OFFSET
from harness.shell import capture, run, spawn
from harness.strict_json import json_value

_LIMIT = timedelta(minutes=15)
_START = timedelta(seconds=60)
_NAMESPACE = "k8s.io"
_SOCKET = "/run/preload.sock"
_CONFIG = f"""\
version = 2
root = "/var/lib/containerd"
state = "/run/preload"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.restart"]
[grpc]
  address = "{_SOCKET}"
"""


def preload(disk: Path, archives: Sequence[Path], pinned: Sequence[str], expected: Sequence[str], work: Path) -> None:
    """Import archives of container images into the disk, and make sure that the expected ones are there."""
    order = work / "preload.json"
    mount = work / "mount"
    mount.mkdir()
    order.write_text(
        json.dumps(
            {
                "disk": str(disk),
                "mount": str(mount),
                "archives": [str(path) for path in archives],
                "pinned": list(pinned),
                "expected": list(expected),
            }
        )
    )
    namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]
    run([*namespaces, sys.executable, "-m", "harness.images.preload", str(order)], timeout=_LIMIT)


def _inside(order: Path) -> None:
    wanted = json_value(order.read_text())
    root = Path(wanted["mount"])
    run(["mount", "-o", f"loop,offset={OFFSET}", wanted["disk"], str(root)])
    run(["mount", "-t", "proc", "proc", str(root / "proc")])
    run(["mount", "-t", "tmpfs", "tmpfs", str(root / "run")])
    run(["mount", "-t", "tmpfs", "tmpfs", str(root / "tmp")])
    run(["mount", "--rbind", "/dev", str(root / "dev")])
    with _containerd(root):
        for archive in wanted["archives"]:
            _import(root, Path(archive))
        for name in wanted["pinned"]:
            run([*_ctr(root), "images", "label", name, "io.cri-containerd.pinned=pinned"])
        listed = run([*_ctr(root), "images", "ls", "-q"]).text.split()
    missing = sorted(set(wanted["expected"]) - set(listed))
    if missing:
        raise LabError(f"After the import these container images are missing: {', '.join(missing)}")
    for place in ("dev", "tmp", "run", "proc"):
        run(["umount", "--recursive", str(root / place)])
    # Not every loop device passes it on; without it the disk only takes more room.
    capture(["fstrim", str(root)])
    run(["umount", str(root)])


@contextlib.contextmanager
def _containerd(root: Path) -> Iterator[None]:
    """The disk's own containerd, started in its own tree and stopped cleanly."""
    (root / "run/preload.toml").write_text(_CONFIG)
    log = root / "run/preload.log"
    with log.open("wb") as output:
        argv = ["chroot", str(root), "containerd", "--config", "/run/preload.toml"]
        with spawn(argv, stdout=output, stderr=subprocess.STDOUT) as daemon:

            def answers() -> bool | NotYet:
                if daemon.poll() is not None:
                    raise LabError(f"containerd ended with status {daemon.returncode}: {log.read_text()[-2000:]}")
                asked = capture([*_ctr(root), "version"])
                return True if asked.status == 0 else NotYet(asked.error_text.strip())

            wait_for("containerd to answer", answers, Deadline.after(_START, HostClock()))
            yield
            os.kill(daemon.pid, signal.SIGTERM)
            daemon.wait(_START.total_seconds())


def _import(root: Path, archive: Path) -> None:
    argv = [*_ctr(root), "images", "import", "--snapshotter", "overlayfs", "--digests=false", "-"]
    with archive.open("rb") as data, spawn(argv, stdin=data) as process:
        _, said = process.communicate(timeout=_LIMIT.total_seconds())
        if process.returncode != 0:
            last = said.decode(errors="replace").strip()[-2000:]
            raise CommandError(f"The container images in '{archive.name}' could not be imported: {last}")


def _ctr(root: Path) -> list[str]:
    return ["chroot", str(root), "ctr", "--address", _SOCKET, "--namespace", _NAMESPACE]


if __name__ == "__main__":
    try:
        _inside(Path(sys.argv[1]))
    except LabError as failed:
        sys.stderr.write(f"{explain(failed)}\n")
        sys.exit(1)
