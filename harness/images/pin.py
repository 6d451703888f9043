"""Pin the Go modules of the node image anew: `python -m harness.images.pin [FOLDER...]`.

For each folder in images/modules it writes a go.mod from versions.json and lets `go mod tidy` fill go.sum in, checked
against Go's checksum database. Run it after a change of versions.json, and commit what it wrote.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from harness.errors import SpecError
from harness.images.recipe import recipe_root
from harness.images.toolchain import Toolchain, find_toolchain
from harness.shell import run

_TIDY_LIMIT = timedelta(minutes=15)
_KUBERNETES = ("kubeadm", "kubelet", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy")
_STAGING = re.compile(r"^\s*(?:replace\s+)?(k8s\.io/[\w-]+) => \./staging/", re.MULTILINE)
_CNI = (
    "main/bridge",
    "main/loopback",
    "main/ptp",
    "ipam/host-local",
    "meta/portmap",
    "meta/bandwidth",
    "meta/firewall",
)


def pins() -> dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]]:
    """What each folder of images/modules pins: per module its path, its version and the programs taken from it."""
    versions = json.loads((recipe_root() / "versions.json").read_text())
    folders: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {}
    for minor, parts in versions["kubernetes"].items():
        programs = (*(f"cmd/{name}" for name in _KUBERNETES), "cmd/kubectl")
        folders[minor] = (("k8s.io/kubernetes", parts["kubernetes"], programs),)
        etcd = tuple((f"go.etcd.io/etcd/{name}/v3", parts["etcd"], ("",)) for name in ("server", "etcdctl", "etcdutl"))
        folders[f"etcd-{parts['etcd']}"] = etcd
        folders[f"coredns-{parts['coredns']}"] = (("github.com/coredns/coredns", parts["coredns"], ("",)),)
    folders["flannel"] = (("github.com/flannel-io/flannel", versions["flannel"], ("",)),)
    plugins = "github.com/containernetworking/plugins"
    folders["cni-plugins"] = ((plugins, versions["cni_plugins"], tuple(f"plugins/{name}" for name in _CNI)),)
    folders["flannel-cni"] = ((plugins, versions["flannel_cni_plugin"], ("plugins/meta/flannel",)),)
    return folders


def pin(name: str, toolchain: Toolchain) -> Path:
    """Write one folder's go.mod and go.sum, and return the folder."""
    wanted = pins().get(name)
    if wanted is None:
        raise SpecError(f"There is no module folder '{name}' in the recipe; it has {', '.join(sorted(pins()))}")
    folder = recipe_root() / "modules" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    replaced = _directives(folder, wanted[0][0], wanted[0][1], toolchain)
    tools = [f"\t{path}/{program}".rstrip("/") for path, _, programs in wanted for program in programs]
    lines = [
        f"// Written by `python -m harness.images.pin {name}`.",
        f"module kubedrill.internal/images/{name}\n",
        f"go {replaced.pop(0)}\n",
        *("tool (", *tools, ")\n"),
        *("require (", *(f"\t{path} {version}" for path, version, _ in wanted), ")\n"),
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
    text = Path(json.loads(got.stdout)["GoMod"]).read_text()
    found = re.search(r"^go (\S+)", text, re.MULTILINE)
    asked = found[1] if found else "1.24.0"
    # A `tool` directive needs the go.mod language of 1.24, whatever the pinned module itself was written for.
    language = asked if tuple(int(part) for part in asked.split(".")[:2]) >= (1, 24) else "1.24.0"
    staging = sorted(set(_STAGING.findall(text)))
    return [language, *(f"\t{module} => {module} {version.replace('v1.', 'v0.', 1)}" for module in staging)]


def main(names: Sequence[str]) -> int:
    """Pin the named folders, or all of them."""
    toolchain = find_toolchain()
    for name in names or sorted(pins()):
        sys.stdout.write(f"{pin(name, toolchain)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
