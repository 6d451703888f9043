"""Pin the Go modules of the node image anew: `python -m harness.images.pin [FOLDER...]`.

For each folder in images/modules it writes a go.mod from versions.json and lets `go mod tidy` fill go.sum in, checked
against Go's checksum database. Run it after a change of versions.json, and commit what it wrote.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.errors import LabError, SpecError, explain
from harness.images.catalog import SUPPORTED, KubernetesVersion, resolve_version
from harness.images.gobuild import go_builds
from harness.images.recipe import recipe_root
from harness.images.toolchain import Toolchain, find_toolchain
from harness.shell import run
from harness.strict_json import json_value

_TIDY_LIMIT = timedelta(minutes=15)
_STAGING = re.compile(r"^\s*(?:replace\s+)?(k8s\.io/[\w-]+) => \./staging/", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What one folder of images/modules pins: modules with their versions, and the programs taken from them."""

    modules: dict[str, str]
    programs: tuple[str, ...]


def pins() -> dict[str, Pin]:
    """Every folder of images/modules and what it pins, as versions.json and the list of builds have it."""
    folders: dict[str, Pin] = {}
    for minor in SUPPORTED:
        version = resolve_version(minor)
        for build in go_builds(version):
            if build.folder.parent.name == "modules":
                modules = _modules_of(build.folder.name, version)
                folders[build.folder.name] = Pin(modules=modules, programs=tuple(build.programs.values()))
    return folders


def _modules_of(folder: str, version: KubernetesVersion) -> dict[str, str]:
    if folder.startswith("etcd-"):
        tools = {f"go.etcd.io/etcd/{part}/v3": version.etcd_tools for part in ("etcdctl", "etcdutl")}
        return {"go.etcd.io/etcd/server/v3": version.etcd, **tools}
    if folder.startswith("coredns-"):
        return {"github.com/coredns/coredns": version.coredns}
    return {
        "flannel": {"github.com/flannel-io/flannel": version.flannel},
        "cni-plugins": {"github.com/containernetworking/plugins": version.cni_plugins},
        "versitygw": {"github.com/versity/versitygw": version.versitygw},
        "flannel-cni": {"github.com/containernetworking/plugins": version.flannel_cni_plugin},
    }.get(folder, {"k8s.io/kubernetes": version.kubernetes})


def pin(name: str, toolchain: Toolchain) -> Path:
    """Write one folder's go.mod and go.sum, and return the folder."""
    wanted = pins().get(name)
    if wanted is None:
        raise SpecError(f"There is no module folder '{name}' in the recipe; it has {', '.join(sorted(pins()))}")
    folder = recipe_root() / "modules" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    replaced = _directives(folder, *next(iter(wanted.modules.items())), toolchain)
    lines = [
        f"// Written by `python -m harness.images.pin {name}`.",
        f"module kubedrill.internal/images/{name}\n",
        f"go {replaced.pop(0)}\n",
        *("tool (", *(f"\t{program}" for program in wanted.programs), ")\n"),
        *("require (", *(f"\t{module} {version}" for module, version in wanted.modules.items()), ")\n"),
        *(("replace (", *replaced, ")\n") if replaced else ()),
    ]
    (folder / "go.mod").write_text("\n".join(lines))
    run([str(toolchain.go), "mod", "tidy"], cwd=folder, env=toolchain.environment, timeout=_TIDY_LIMIT)
    return folder


def _directives(folder: Path, path: str, version: str, toolchain: Toolchain) -> list[str]:
    """The Go version that a module asks for, then a `replace` line for each of its staging modules."""
    got = run(
        [str(toolchain.go), "mod", "download", "-json", f"{path}@{version}"],
        cwd=folder,
        env=toolchain.environment,
        timeout=_TIDY_LIMIT,
    )
    text = Path(json_value(got.stdout)["GoMod"]).read_text()
    found = re.search(r"^go (\S+)", text, re.MULTILINE)
    asked = found[1] if found else "1.24.0"
    # A `tool` directive needs the go.mod language of 1.24, whatever the pinned module itself was written for.
    language = asked if tuple(int(part) for part in asked.split(".")[:2]) >= (1, 24) else "1.24.0"
    staging = sorted(set(_STAGING.findall(text)))
    return [language, *(f"\t{module} => {module} {version.replace('v1.', 'v0.', 1)}" for module in staging)]


def main(names: Sequence[str]) -> int:
    """Pin the named folders, or all of them."""
    try:
        toolchain = find_toolchain()
        for name in names or sorted(pins()):
            sys.stdout.write(f"{pin(name, toolchain)}\n")
    except (SpecError, LabError) as failed:
        sys.stderr.write(f"{explain(failed)}\n")
        return 2 if isinstance(failed, SpecError) else 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
