"""A disk is full when its file system says so, not when somebody was refused a write."""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

import pytest

from harness.facts.fact import Output
from harness.facts.space import ETCD_ROOM
from harness.faults import FillDataDisk, fill_data_disk

GIB = 2**30


@pytest.mark.parametrize(
    ("left", "rounds"), [((0,), 1), ((8192, 0), 2), ((8192, 4096, 4095), 3), ((8192,) * 9, 5)], ids=str
)
def test_what_is_free_again_when_the_bytes_are_on_the_disk_is_taken_as_well(
    left: tuple[int, ...], rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = iter((GIB, *left))
    ran: list[str] = []

    def run(argv: Any) -> Output:
        ran.append(argv[0])
        return Output(status=0, stdout=f"Avail\n{next(rooms)}\n" if tuple(argv) == ETCD_ROOM.argv else "")

    notice = MagicMock()
    monkeypatch.setattr(fill_data_disk, "let_etcd_notice", notice)
    node = MagicMock()
    node.name, node.run, node.attempt, node.destroy = "master1", run, run, run
    cluster: Any = MagicMock(nodes={"master1": node})

    FillDataDisk(node).strike(cluster)

    assert ran == ["df", "fallocate", *["dd", "sync", "df"] * rounds]
    notice.assert_called_once()
