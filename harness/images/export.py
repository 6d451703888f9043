"""Write the programs of a version into a folder: `python -m harness.images.export v1.34 FOLDER`.

The folder serves machines without a network (`--source directory=FOLDER`), and any web server makes a `release` of it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.errors import LabError, SpecError, explain
from harness.images.catalog import resolve_version
from harness.images.download import file_sum
from harness.images.lock import exclusive
from harness.images.progress import PlainLines, Progress
from harness.images.published import files_of
from harness.images.sources import choose


def export(version: str, folder: Path, progress: Progress, source: str = "modules") -> None:
    """Put every program of a version and its checksum where a directory or a release source looks for it."""
    wanted = resolve_version(version)
    with exclusive("builder", f"exports the programs of Kubernetes {wanted.kubernetes}", progress):
        programs = choose(source, wanted).programs(wanted, progress)
        for _, files in files_of(wanted):
            for name, path in files.items():
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(programs[name], target)
                target.with_name(f"{target.name}.sha256").write_text(f"{file_sum(target)}\n")
    major, minor, _ = wanted.numbers
    (folder / "release" / f"stable-{major}.{minor}.txt").write_text(f"{wanted.kubernetes}\n")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main(arguments: Sequence[str]) -> int:
    """Export one version."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m harness.images.export VERSION FOLDER\n")
        return 2
    try:
        export(arguments[0], Path(arguments[1]), PlainLines(_say))
    except (SpecError, LabError) as failed:
        sys.stderr.write(f"{explain(failed)}\n")
        return 2 if isinstance(failed, SpecError) else 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
