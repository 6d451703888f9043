"""The readers of files: settings, reports, leases, records and images."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from harness.cli.run.outcome import read_outcome
from harness.cluster.checkpoint import read_checkpoint
from harness.images.image import NodeImage
from harness.ownership.audit import scope_of
from harness.ownership.claim import Claim
from harness.ownership.record import read_leases
from harness.providers.local.frozen import read_record
from harness.report import merge
from harness.report.write import consoles
from harness.setup.distribution import read_distribution
from harness.spec.settings import load_settings
from tests.fuzz.desk import laid
from tests.fuzz.parser import Parser

_TOML = """provider = "libvirt"
kubernetes = "v1.34"
workers = 2
keep = "on-failure"
keep_hours = 4
reports = "reports"
scenarios = ["mine"]
[disks]
etcd_mib = 2048
[libvirt]
uri = "qemu+ssh://drill@host.example:22/system?keyfile=/root/key"
[pods]
manifest = "calico.yaml"
images = ["calico.tar"]
"""
_POLICY = """[policy]
organisation = "Example Bank"
systems = ["payments", "core banking"]
plan_id = "DRP-7"
plan_version = "2.3"
owner = "Ada Lovelace"
reviewers = ["Grace Hopper"]
least_fidelity = "container"
[policy.drills.os-disk-swap]
every_days = 7
rto_seconds = 120.5
rpo_seconds = 0
risk = "BIA-12"
[[policy.exclusions]]
what = "Volumes of the provider"
why = "The storage team restores them."
"""
_PYPROJECT = (
    '[project]\nname = "mine"\n[tool.kubedrill]\nprovider = "container"\n[tool.kubedrill.disks]\netcd_mib = 64\n'
)
_GOLDEN = Path(__file__).parents[1] / "report" / "golden"
_CLAIM = {"kind": "mount", "name": "/var/cache/kd-20261121-093012-4f2a-ab12/x", "details": {"uri": "qemu:///system"}}
_OWNER = {"parent": True, "pid": 4242, "started": "2026-11-21T09:30:12+00:00"}
_KEPT = {"until": "2026-11-21T13:30:12+00:00"}
_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_RUN = "20261121-093012-4f2a"
_IMAGE = {
    "digest": "ab12",
    "kubernetes": "v1.34.4",
    "source": "modules",
    "built": "2026-11-21T09:30:12+00:00",
    "container_images": ["registry.k8s.io/pause:3.10"],
    "disk": {
        "bytes": 3,
        "allocated_bytes": 4096,
        "modified_ns": 7,
        "content_sha256": hashlib.sha256(b"3abc").hexdigest(),
    },
}
_FROZEN = {"master1": {"slot": "a", "os": {"a": ["os-a.img", "kd-1"]}, "data": {"etcd": "etcd.img"}}}
_CHECKPOINT = {
    "provider": "container",
    "kubernetes": "v1.34.4",
    "shape": "1",
    "made": "2026-11-21T09:30:12+00:00",
    "credentials": {"token": "[bootstrap token]", "certificate_key": "x"},
}
_OS = 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_CODENAME=bookworm\nID_LIKE="a b"\n'


def _settings(name: str) -> Callable[[str], object]:
    def read(text: str) -> object:
        return load_settings(laid(f"settings-{name}/{name}", text).parent)

    return read


def _run_of_reports(report: str, junit: str, earlier: str) -> object:
    folder = laid("run/a-drill/report.json", report).parent
    laid("run/a-drill/junit.xml", junit)
    laid("run/run.json", earlier)
    return merge(folder.parent, ("a-drill",)), read_outcome(folder.parent, "a-drill")


def _lease(claim: str, owner: str, kept: str) -> object:
    folder = laid(f"leases/{_RUN}.ab12/claims/one.json", claim).parents[1]
    laid(f"leases/{_RUN}.ab12/owner.json", owner)
    laid(f"leases/{_RUN}.ab12/kept.json", kept)
    leases = read_leases(folder.parent, now=_NOW)
    return scope_of(_RUN, leases), [str(one) for one in leases]


def _claim(text: str) -> object:
    return Claim.read(laid("claim.json", text))


def _image(text: str) -> object:
    """Sealed as if it had been written so: who can write into the cache can seal."""
    disk = laid("image/disk.img", b"abc")
    os.utime(disk, ns=(7, 7))
    laid("image/image.json", text)
    content = (disk.parent / "image.json").read_bytes()
    laid("image/image.json.sha256", hashlib.sha256(content).hexdigest())
    return NodeImage.read(disk.parent)


def _frozen(text: str) -> object:
    return read_record(laid("frozen/lab.json", text).parent)


def _checkpoint(text: str) -> object:
    return read_checkpoint(laid("checkpoint/checkpoint.json", text).parent)


def _consoles(content: bytes) -> object:
    return consoles(laid("consoles/a.log", content).parent)


def _os_release(content: bytes) -> object:
    return read_distribution(laid("os-release", content))


def file_parsers() -> tuple[Parser, ...]:
    """All of them."""
    golden = [
        (_GOLDEN / f"{word}.{kind}").read_text()
        for word in ("passed", "failed")
        for kind in ("report.json", "junit.xml")
    ]
    run = json.dumps({"not_offered": [{"drill": "a", "reason": "b"}]})
    return (
        Parser(
            name="kubedrill.toml",
            corpus=((_TOML,), (_POLICY,), ("workers = 1\n",)),
            read=_settings("kubedrill.toml"),
            weight=2.0,
        ),
        Parser(name="[tool.kubedrill]", corpus=((_PYPROJECT,),), read=_settings("pyproject.toml"), weight=1.0),
        Parser(
            name="reports of a run",
            corpus=((golden[0], golden[1], run), (golden[2], golden[3], run)),
            read=_run_of_reports,
            refusals=(),
            weight=0.5,
        ),
        Parser(
            name="lease",
            corpus=((json.dumps(_CLAIM), json.dumps(_OWNER), json.dumps(_KEPT)),),
            read=_lease,
            refusals=(),
            weight=1.0,
        ),
        Parser(name="claim", corpus=((json.dumps(_CLAIM),),), read=_claim),
        Parser(name="sealed node image", corpus=((json.dumps(_IMAGE),),), read=_image),
        Parser(name="frozen lab", corpus=((json.dumps(_FROZEN),),), read=_frozen),
        Parser(name="checkpoint", corpus=((json.dumps(_CHECKPOINT),),), read=_checkpoint, refusals=()),
        Parser(
            name="consoles", corpus=((b"\x1b[31mboot\x1b[0m\r\nlogin: ",),), read=_consoles, refusals=(), weight=0.5
        ),
        Parser(name="os-release", corpus=((_OS.encode(),),), read=_os_release, refusals=()),
    )
