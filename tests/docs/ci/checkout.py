"""A scratch checkout in which the steps of a template run as they are written.

What is not real there: `sudo` only runs its words, `udevadm`, `curl` and `gh` only take note, `/dev/kvm` is another
device, and of `kubedrill` the commands that would touch the host (setup, doctor, reap, image) only take note. So does
`status`, unless a test asks for it. `make setup` is the real one, which finds nothing to do.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_NOTE = '#!/bin/sh\necho "${0##*/} $*" >>"$SHIM_LOG"\n'
_SUDO = """
while case "$1" in --*) true ;; *) false ;; esac; do shift; done
if [ "$1" = tee ]; then mkdir -p "$SHIM_ROOT${2%/*}"; exec tee "$SHIM_ROOT$2"; fi
exec "$@"
"""
_KUBEDRILL = f"""
case "$1" in
  setup | doctor) exit 0 ;;
  reap) exit "${{SHIM_REAP:-0}}" ;;
  image) mkdir -p "$KUBEDRILL_CACHE/images"; exit 0 ;;
  status) [ -n "$SHIM_STATUS" ] || exit 0 ;;
  run) set -- "$@" $SHIM_RUN ;;
esac
exec "{sys.executable}" -c 'import harness.ownership.lease as lease
lease.register_leases = str
from harness.cli import main
main()' "$@"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """The scratch checkout, and the environment of its steps."""

    folder: Path
    root: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> list[str]:
        """What has been called so far: all of kubedrill, sudo and the other stand-ins."""
        path = Path(self.env["SHIM_LOG"])
        return path.read_text().splitlines() if path.exists() else []

    @property
    def kubedrill(self) -> list[str]:
        """The commands of kubedrill that have been called, in order."""
        return [line.split()[1] for line in self.log if line.startswith("kubedrill ")]

    def script(self, text: str) -> str:
        """The step as it runs here: only what is outside of the checkout is elsewhere."""
        return text.replace("/dev/kvm", str(self.root / "kvm")).replace("/opt/kubedrill", str(self.folder))

    def run(self, text: str, env: Mapping[str, str], shell: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        """Run one step."""
        return subprocess.run(
            [*shell, "-c", self.script(text)],
            cwd=self.folder,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


def make_checkout(root: Path) -> Checkout:
    """A checkout below this folder, with KVM."""
    folder, shims = root / "checkout", root / "bin"
    (folder / ".venv/bin").mkdir(parents=True)
    shims.mkdir()
    for name in ("harness", "scenarios", "images"):
        (folder / name).symlink_to(ROOT / name, target_is_directory=True)
    content = b"".join((ROOT / name).read_bytes() for name in ("pyproject.toml", "Makefile"))
    for name in ("pyproject.toml", "Makefile"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    # What `make setup` looks for, so that it makes no environment of its own.
    (folder / f".venv/.kubedrill-{hashlib.sha256(content).hexdigest()[:16]}").touch()
    _program(folder / ".venv/bin/kubedrill", _NOTE + _KUBEDRILL)
    _program(shims / "sudo", _NOTE + _SUDO)
    for name in ("udevadm", "curl", "gh"):
        _program(shims / name, _NOTE)
    (root / "kvm").symlink_to("/dev/zero")
    env = {
        "PATH": f"{shims}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(root),
        "SHIM_LOG": str(root / "log"),
        "SHIM_ROOT": str(root / "root"),
        "KUBEDRILL_CACHE": str(root / "cache"),
        "PROVIDER": "rehearsal",
    }
    return Checkout(folder=folder, root=root, env=env)


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
