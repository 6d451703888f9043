"""Programs built from Go modules that a go.sum pins."""

from __future__ import annotations

import json
import subprocess
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from harness.errors import CommandError, hinted
from harness.images.catalog import KubernetesVersion
from harness.images.progress import Progress
from harness.images.recipe import digest_of, digest_of_files, recipe_root
from harness.images.stage import scratch, stage
from harness.images.toolchain import Toolchain
from harness.shell import run, spawn

_BUILD_LIMIT = timedelta(minutes=45)
_KUBERNETES = (
    "kubeadm",
    "kubelet",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kube-proxy",
    "kubectl",
)
_CNI = (
    "main/bridge",
    "main/loopback",
    "main/ptp",
    "ipam/host-local",
    "meta/portmap",
    "meta/bandwidth",
    "meta/firewall",
)
_CNI_MODULE = "github.com/containernetworking/plugins/plugins"
#: The CNI plugins that lie on every machine; flannel brings its own.
CNI_PLUGINS = tuple(path.rsplit("/", 1)[1] for path in _CNI)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoBuild:
    """Programs of one pinned module, built by one call of the compiler."""

    name: str
    folder: Path
    #: The name that each program gets, and the package it is made of.
    programs: dict[str, str]
    ldflags: tuple[str, ...] = field(default=())
    cgo: bool = False

    def digest(self, toolchain: Toolchain) -> str:
        """One number of all that the result depends on."""
        flags = json.dumps([sorted(self.programs.items()), self.ldflags, self.cgo])
        return digest_of(digest_of_files([self.folder]), flags, toolchain.version)

    def build(self, toolchain: Toolchain, progress: Progress) -> Path:
        """The folder with the programs, compiled only if no earlier build left them."""
        return stage(f"go-{self.name}", self.digest(toolchain), lambda made: self._compile(made, toolchain, progress))

    def _compile(self, made: Path, toolchain: Toolchain, progress: Progress) -> None:
        progress.waiting_on(f"the Go modules of {self.name}")
        environment = {**toolchain.environment, "CGO_ENABLED": "1" if self.cgo else "0"}
        go = str(toolchain.go)
        with scratch("gomod") as work:
            run([go, "mod", "download"], cwd=self.folder, env=environment, timeout=_BUILD_LIMIT)
            progress.waiting_on(f"the Go compiler on {self.name} ({', '.join(self.programs)})")
            flags = " ".join(("-s", "-w", *self.ldflags, *(("-extldflags=-static",) if self.cgo else ())))
            tags = ("-tags=osusergo,netgo",) if self.cgo else ()
            packages = tuple(self.programs.values())
            listed = run([go, "list", *tags, "-deps", *packages], cwd=self.folder, env=environment)
            argv = [go, "build", "-v", "-trimpath", "-buildvcs=false", *tags, "-ldflags", flags, "-o", f"{work}/"]
            with spawn([*argv, *packages], cwd=self.folder, env=environment, stderr=subprocess.STDOUT) as compiler:
                _follow(compiler, len(listed.text.split()), progress)
            for name, package in self.programs.items():
                (work / _default_name(package, self.folder)).rename(made / name)


def _follow(compiler: subprocess.Popen[bytes], packages: int, progress: Progress) -> None:
    """Count the packages that the compiler names as it goes; what it says last explains a failure."""
    said: deque[str] = deque(maxlen=20)
    for done, line in enumerate(compiler.stdout or (), start=1):
        said.append(line.decode(errors="replace").rstrip())
        progress.advance(min(done, packages), packages)
    if compiler.wait() != 0:
        raise hinted(CommandError(f"The Go compiler ended with status {compiler.returncode}"), "\n".join(said))


def _default_name(package: str, folder: Path) -> str:
    """The name which Go gives to a package's program: its last element that is no version."""
    if package == ".":
        return folder.name
    *_, before, last = ("", *package.split("/"))
    return before if last[:1] == "v" and last[1:].isdigit() else last


def go_builds(version: KubernetesVersion) -> tuple[GoBuild, ...]:
    """Every Go build that a node image of this version needs, the longest first."""
    root = recipe_root()
    modules = root / "modules"
    etcd, coredns = f"etcd-{version.etcd}", f"coredns-{version.coredns}"
    return (
        GoBuild(
            name=version.minor,
            folder=modules / version.minor,
            programs={name: f"k8s.io/kubernetes/cmd/{name}" for name in _KUBERNETES},
            ldflags=_version_flags(version),
        ),
        GoBuild(name=coredns, folder=modules / coredns, programs={"coredns": "github.com/coredns/coredns"}),
        GoBuild(
            name=etcd,
            folder=modules / etcd,
            programs={
                "etcd": "go.etcd.io/etcd/server/v3",
                "etcdctl": "go.etcd.io/etcd/etcdctl/v3",
                "etcdutl": "go.etcd.io/etcd/etcdutl/v3",
            },
        ),
        GoBuild(
            name="flannel",
            folder=modules / "flannel",
            programs={"flanneld": "github.com/flannel-io/flannel"},
            ldflags=(f"-X=github.com/flannel-io/flannel/pkg/version.Version={version.flannel}",),
            cgo=True,
        ),
        GoBuild(
            name="cni-plugins",
            folder=modules / "cni-plugins",
            programs={name: f"{_CNI_MODULE}/{path}" for name, path in zip(CNI_PLUGINS, _CNI, strict=True)},
        ),
        GoBuild(
            name="flannel-cni", folder=modules / "flannel-cni", programs={"flannel": f"{_CNI_MODULE}/meta/flannel"}
        ),
        GoBuild(
            name="versitygw",
            folder=modules / "versitygw",
            programs={"versitygw": "github.com/versity/versitygw/cmd/versitygw"},
        ),
        GoBuild(name="crictl", folder=root / "crictl", programs={"crictl": "."}),
        GoBuild(name="canary", folder=root / "canary", programs={"canary": "."}),
    )


def _version_flags(version: KubernetesVersion) -> tuple[str, ...]:
    major, minor, _ = version.numbers
    values = {
        "gitVersion": version.kubernetes,
        "gitMajor": str(major),
        "gitMinor": str(minor),
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
    }
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    return tuple(f"-X={package}.{name}={value}" for package in packages for name, value in values.items())
