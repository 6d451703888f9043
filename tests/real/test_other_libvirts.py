"""Virtual machines of a user's own libvirt, and of another host: a machine is made, reached, swapped and gone."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.images.image import ensure_image
from harness.spec.connection import SESSION

pytestmark = pytest.mark.real
_PROJECT = Path(__file__).parents[2]
_USER = "kubedrill-test"
_KNOWN = Path.home() / ".ssh/known_hosts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is not root; all that they may do more is to read this project wherever it lies."""

    home: Path

    def run(self, *argv: str) -> str:
        drop = ["setpriv", "--reuid", _USER, "--regid", _USER, "--clear-groups"]
        drop += [f"--{which}=-all,+dac_read_search" for which in ("inh-caps", "bounding-set")]
        drop += ["--ambient-caps=+dac_read_search", "env", "-i", f"HOME={self.home}", f"USER={_USER}"]
        drop += ["PATH=/usr/bin:/bin:/usr/sbin", f"KUBEDRILL_CACHE={self.home}/cache", f"PYTHONPATH={_PROJECT}"]
        return _said([*drop, *argv])


@pytest.fixture
def person() -> Iterator[Person]:
    """A user of this host for as long as the test lasts, with a copy of the node image."""
    subprocess.run(["useradd", "--create-home", "--user-group", _USER], check=True)
    try:
        home = Path("~" + _USER).expanduser()
        image = ensure_image("v1.34")
        copy = home / "cache/images" / image.digest
        copy.parent.mkdir(parents=True)
        argv = ["cp", "--recursive", "--preserve=timestamps", "--sparse=always", "--reflink=auto"]
        subprocess.run([*argv, str(image.path.parent), str(copy)], check=True)
        subprocess.run(["chown", "--recursive", f"{_USER}:", str(home)], check=True)
        yield Person(home=home)
    finally:
        subprocess.run(["pkill", "-u", _USER], check=False)
        subprocess.run(["userdel", "--force", _USER], check=True, stderr=subprocess.DEVNULL)
        # With --remove it fails where the user has no spool for mail, and leaves the home.
        shutil.rmtree(home)


@pytest.fixture
def other_host(tmp_path: Path) -> Iterator[str]:
    """This host by ssh, as if it were another one: by a server of ours whose key is known meanwhile."""
    sshd = shutil.which("sshd", path="/usr/sbin:/usr/bin")
    assert sshd is not None, "the test needs the package openssh-server"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("host", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)], check=True)
    (tmp_path / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/key.pub\n"
        "PermitRootLogin prohibit-password\nPasswordAuthentication no\nUsePAM no\nStrictModes no\nPidFile none\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    with _known_as(f"[127.0.0.1]:{port} {(tmp_path / 'host.pub').read_text()}"):
        with subprocess.Popen([sshd, "-D", "-f", str(tmp_path / "config")]) as server:
            try:
                yield f"qemu+ssh://root@127.0.0.1:{port}/system?keyfile={tmp_path}/key"
            finally:
                server.terminate()


def test_a_user_who_is_not_root_has_a_lab_that_the_witness_reaches_and_nothing_of_it_is_left(person: Person) -> None:
    reports = person.home / "reports"
    person.run("mkdir", str(reports))
    seen = json.loads(person.run(sys.executable, "-m", "tests.real.away", SESSION, str(reports)))
    _check(seen)
    for words in (("list", "--all"), ("pool-list", "--all"), ("net-list", "--all")):
        assert person.run("virsh", "--quiet", "--connect", SESSION, *words, "--name").split() == []
    assert list((person.home / "cache/labs").iterdir()) == list((person.home / "cache/leases").iterdir()) == []
    assert list((person.home / ".cache/libvirt/qemu/log").glob("kd-*")) == []


def test_machines_of_another_host_are_reached_through_libvirt_alone_and_nothing_of_them_is_left(
    other_host: str, tmp_path: Path
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    seen = json.loads(_said([sys.executable, "-m", "tests.real.away", other_host, str(reports)]))
    _check(seen)
    for words in (("list", "--all"), ("pool-list", "--all"), ("net-list", "--all")):
        assert seen["lab"] not in _said(["virsh", "--quiet", "--connect", other_host, *words, "--name"])
    assert not (Path("/var/lib/libvirt/kubedrill") / seen["lab"]).exists()


def _check(seen: dict[str, Any]) -> None:
    assert "10.77.0.11/24" in seen["address"]
    assert seen["answer"] == "hello from the lab"
    assert "does not answer" in seen["closed"]
    assert (seen["disk"]["slot"], seen["other"]["slot"]) == ("a", "b")
    assert seen["disk"]["serial"] != seen["other"]["serial"]
    assert seen["etcd"].startswith("/dev/")
    assert seen["console"] > 1000


def _said(argv: list[str]) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, timeout=1800, check=False, cwd=_PROJECT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def _known_as(line: str) -> Iterator[None]:
    """libvirt's ssh looks where the user's does."""
    _KNOWN.parent.mkdir(mode=0o700, exist_ok=True)
    before = _KNOWN.read_text() if _KNOWN.exists() else ""
    handle = os.open(_KNOWN, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, f"{line.strip()}\n".encode())
    os.close(handle)
    try:
        yield
    finally:
        _KNOWN.write_text(before)
