"""Emulated labs take turns on the host's processors."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.providers.libvirt.acceleration import Acceleration
from harness.providers.libvirt.room import emulated_labs, room_for_guests

EMULATED = Acceleration(qemu="10.0.0", kvm=False, reason="")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))


def test_an_emulated_lab_has_two_processors_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 5)
    with room_for_guests(EMULATED):
        with room_for_guests(EMULATED):
            assert emulated_labs().take(1) is None
        one = emulated_labs().take(1)
        assert one is not None
        one.close()


@pytest.mark.parametrize("processors", [1, 2, 3, None])
def test_a_small_host_has_room_for_one_emulated_lab(processors: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    with room_for_guests(EMULATED):
        assert emulated_labs().take(1) is None


def test_a_lab_under_kvm_waits_for_nobody_and_takes_nobodys_place(monkeypatch: pytest.MonkeyPatch) -> None:
    kvm = Acceleration(qemu="10.0.0", kvm=True, reason="")
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with room_for_guests(kvm), room_for_guests(EMULATED), room_for_guests(kvm):
        assert emulated_labs().take(1) is None
