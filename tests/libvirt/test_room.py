"""Who asks for room on the host's processors."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.providers.libvirt.acceleration import Acceleration
from harness.providers.libvirt.provider import LibvirtProvider
from harness.providers.libvirt.room import emulated_labs
from harness.spec import parse_shape

pytestmark = pytest.mark.libvirt

LAB = parse_shape("1")


@pytest.fixture(autouse=True)
def _emulated_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr(LibvirtProvider, "acceleration", Acceleration(qemu="10.0.0", kvm=False, reason=""))


@pytest.mark.parametrize("uri", ["qemu:///system", "qemu:///session"])
def test_labs_on_this_host_share_its_processors(uri: str) -> None:
    with LibvirtProvider(uri=uri).room(LAB):
        assert emulated_labs().take(1) is None


def test_a_lab_on_another_host_waits_for_nobody_here() -> None:
    with LibvirtProvider().room(LAB), LibvirtProvider(uri="qemu+ssh://there/system").room(LAB):
        assert emulated_labs().take(1) is None
