"""An etcd that is a service of a machine of its own."""

from __future__ import annotations

import posixpath

from harness.cluster.external_etcd import unit
from harness.facts.etcd_service import OWN_PKI
from harness.spec import DataDisk, parse_shape

(HOME,) = parse_shape("1+etcd").etcd_nodes
LINES = unit(HOME).splitlines()


def flag(name: str) -> str:
    (found,) = (line.partition("=")[2] for line in LINES if line.strip().startswith(f"--{name}="))
    return found.removesuffix(" \\")


def test_it_never_runs_as_root_nor_without_its_disk() -> None:
    assert "User=etcd" in LINES
    assert f"Requires={DataDisk.ETCD.unit}" in LINES
    assert flag("data-dir") == DataDisk.ETCD.mount_point


def test_nobody_gets_in_without_a_certificate_of_its_own_authority() -> None:
    assert (flag("client-cert-auth"), flag("peer-client-cert-auth")) == ("true", "true")
    files = [flag(name) for name in ("trusted-ca-file", "cert-file", "key-file", "peer-cert-file", "peer-key-file")]
    assert {posixpath.dirname(path) for path in files} == {OWN_PKI}


def test_who_starts_it_waits_until_it_serves_and_one_that_fails_is_tried_for_ever() -> None:
    assert {"Type=notify", "Restart=always", "StartLimitIntervalSec=0"} <= set(LINES)


def test_the_member_is_known_by_its_machine() -> None:
    assert flag("initial-cluster") == f"{HOME.name}={flag('initial-advertise-peer-urls')}"
    assert flag("initial-advertise-peer-urls") == f"https://{HOME.ip}:2380"
