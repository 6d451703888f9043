from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import LabError
from harness.ownership import Host, Kind, Lease, audit, leases_root, read_leases
from harness.setup import Answer, Probe, diagnose


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("harness.ownership.lease.register_leases", str)


def _host(tmp_path: Path) -> Host:
    return replace(Host(), find_program=lambda _: None, temporary=tmp_path, netns=tmp_path / "netns")


def _fine(lease: Lease, folder: Path) -> str:
    lease.claim(Kind.LINK, "kdprobe0")
    (folder / "left-behind").touch()
    return "it works"


def _broken(lease: Lease, folder: Path) -> str:  # noqa: ARG001
    raise LabError("It does not work")


def test_an_unmet_need_is_told_with_its_fix_and_the_rest_is_still_tried(tmp_path: Path) -> None:
    probes = (
        Probe(what="first", check=_broken, fix="Mend it."),
        Probe(what="second", check=_fine, fix="-"),
        Probe(what="third", check=_broken, fix="Never mind.", required=False),
    )
    found = list(diagnose(probes, _host(tmp_path)))
    assert [one.answer for one in found] == [Answer.MISSING, Answer.FINE, Answer.NOTE]
    assert (found[0].saw, found[0].fix) == ("It does not work", "Mend it.")
    assert (found[1].saw, found[1].fix) == ("it works", "")


def test_all_that_was_made_is_unmade(tmp_path: Path) -> None:
    assert len(list(diagnose((Probe(what="one", check=_fine, fix="-"),), _host(tmp_path)))) == 1
    assert list(leases_root().iterdir()) == []
    assert list((tmp_path / "cache/labs").iterdir()) == []


def test_what_a_reader_breaks_off_is_unmade_too(tmp_path: Path) -> None:
    answers = diagnose((Probe(what="one", check=_fine, fix="-"),) * 2, _host(tmp_path))
    next(answers)
    assert isinstance(answers, Generator)
    answers.close()
    assert read_leases() == ()


@pytest.mark.real
def test_this_host_can_make_labs_and_is_left_as_it_was() -> None:
    found = list(diagnose())
    assert [one for one in found if one.answer is Answer.MISSING and one.what != "packages"] == []
    assert audit("20261121-000000-0000") == ()
    assert read_leases() == ()
