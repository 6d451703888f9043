"""Labs share the inotify instances of one kernel."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from harness.errors import LabError
from harness.providers.container import ContainerProvider, room
from harness.providers.container.room import PER_MACHINE, check_fed, places, room_for
from harness.providers.places import Places
from harness.spec import parse_shape


@pytest.fixture(autouse=True)
def _five_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    limit = tmp_path / "max_user_instances"
    limit.write_text(f"{5 * PER_MACHINE + PER_MACHINE // 3}\n")
    monkeypatch.setattr(room, "LIMIT", limit)


def _free(wanted: int) -> ExitStack | None:
    return Places(folder="room", there=5, of="machines", patience=timedelta(0)).take(wanted)


def test_a_lab_waits_until_another_one_has_made_room() -> None:
    inside = Event()

    def second() -> None:
        with room_for(3):
            inside.set()

    with ThreadPoolExecutor(max_workers=1) as threads:
        with room_for(3):
            waiting = threads.submit(second)
            assert not inside.wait(1.5)
        waiting.result(timeout=20)
    assert inside.is_set()


def test_a_lab_that_wants_much_is_not_overtaken_for_ever_by_those_that_want_little() -> None:
    first, large, small = Event(), Event(), Event()

    def wanting(machines: int, inside: Event) -> None:
        with room_for(machines):
            inside.set()
            first.wait(20)

    with ThreadPoolExecutor(max_workers=2) as threads:
        with room_for(3):
            waiting = [threads.submit(wanting, 5, large)]
            assert not large.wait(1.5)
            # There is room for two, and somebody waits who came before.
            waiting.append(threads.submit(wanting, 2, small))
            assert not small.wait(2.5)
        assert large.wait(20)
        first.set()
        for one in waiting:
            one.result(timeout=20)
    assert small.is_set()


def test_a_lab_of_container_machines_holds_a_place_for_each_of_them() -> None:
    with ContainerProvider().room(parse_shape("3+1")):
        assert _free(2) is None
    free = _free(5)
    assert free is not None
    free.close()


def test_labs_that_fit_run_side_by_side() -> None:
    with room_for(3), room_for(2):
        pass


def test_a_lab_that_is_larger_than_the_host_waits_for_nobody_who_is_not_there() -> None:
    assert places() == 5
    with room_for(7):
        pass


def test_a_machine_that_was_starved_in_this_boot_is_trouble_with_the_lab(tmp_path: Path) -> None:
    console = tmp_path / "console.log"
    console.write_text("Failed to allocate inotify fd: Too many open files\n")
    check_fed("master1", console, console.stat().st_size)
    with pytest.raises(LabError, match=r"no inotify instance left for the machine 'master1'") as starved:
        check_fed("master1", console, 0)
    assert "kubedrill setup" in str(starved.value.__notes__)
