"""Labs that share the processors of a host may take longer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.ownership import Kind, open_lease
from harness.providers.libvirt.crowd import crowding


@pytest.fixture(autouse=True)
def two_processors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def test_a_lab_that_has_the_host_to_itself_takes_no_longer() -> None:
    with open_lease("20260301-030000-0001") as lease:
        lease.claim(Kind.DOMAIN, f"{lease.name}-master1")
        lease.claim(Kind.DOMAIN, f"{lease.name}-spare1")
        assert crowding() == 1.0


def test_each_further_lab_takes_its_part_for_as_long_as_it_is_there() -> None:
    with open_lease("20260301-030000-0001") as one:
        one.claim(Kind.DOMAIN, f"{one.name}-master1")
        with open_lease("20260301-030000-0002") as other:
            other.claim(Kind.DOMAIN, f"{other.name}-master1")
            assert crowding() == 2.0
        assert crowding() == 1.0


def test_labs_of_containers_and_many_processors_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_lease("20260301-030000-0001") as one, open_lease("20260301-030000-0002") as other:
        one.claim(Kind.DOMAIN, f"{one.name}-master1")
        other.claim(Kind.CONTAINER, f"{other.name}-master1")
        assert crowding() == 1.0
        monkeypatch.setattr(os, "cpu_count", lambda: 8)
        other.claim(Kind.DOMAIN, f"{other.name}-master1")
        assert crowding() == 1.0
