"""Builds the wheel with nothing but Python: a fresh environment has neither setuptools nor a network."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def build_wheel(
    wheel_directory: str,
    config_settings: Any = None,  # noqa: ARG001 -- the hook's signature
    metadata_directory: str | None = None,  # noqa: ARG001
) -> str:
    """The one hook that pip needs."""
    project = tomllib.loads((_HERE / "pyproject.toml").read_text())["project"]
    stem = f"{project['name'].replace('-', '_')}-{project['version']}"
    points = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in named.items())
        for group, named in project["entry-points"].items()
    ]
    described = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    described += "".join(f"Requires-Dist: {one}\n" for one in project["dependencies"])
    files = {str(path.relative_to(_HERE)): path.read_text() for path in sorted(_HERE.glob("stranger_drills/**/*.py"))}
    files[f"{stem}.dist-info/METADATA"] = described
    files[f"{stem}.dist-info/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{stem}.dist-info/entry_points.txt"] = "\n".join(points)
    record = f"{stem}.dist-info/RECORD"
    files[record] = "".join(f"{name},,\n" for name in [*files, record])
    with zipfile.ZipFile(Path(wheel_directory) / f"{stem}-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return f"{stem}-py3-none-any.whl"
