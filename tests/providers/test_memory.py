from __future__ import annotations

from pathlib import Path

import pytest

from harness.providers.container.memory import held_by

V1 = "9:name=systemd:/libpod_parent/libpod-4f2a/init.scope\n4:cpu,memory:/libpod_parent/libpod-4f2a\n0::/\n"
V2 = "0::/machine.slice/libpod-4f2a.scope/container/init.scope\n"


def host(folder: Path, groups: str, group: str, stat: str) -> int | None:
    """What is counted on a host whose kernel answers so."""
    (folder / "proc/7").mkdir(parents=True)
    (folder / "proc/7/cgroup").write_text(groups)
    (folder / "groups" / group).mkdir(parents=True)
    (folder / "groups" / group / "memory.stat").write_text(stat)
    return held_by(7, proc=folder / "proc", groups=folder / "groups")


@pytest.mark.parametrize(
    ("groups", "group", "stat"),
    [
        (V1, "memory/libpod_parent/libpod-4f2a", "cache 900\nrss 1\ntotal_cache 900\ntotal_rss 40\ntotal_shmem 2\n"),
        (V2, "machine.slice/libpod-4f2a.scope", "anon 40\nfile 900\nkernel 5\nshmem 2\n"),
    ],
)
def test_processes_and_tmpfs_count_and_cached_files_do_not(tmp_path: Path, groups: str, group: str, stat: str) -> None:
    assert host(tmp_path, groups, group, stat) == 42


def test_a_machine_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    assert held_by(7, proc=tmp_path, groups=tmp_path) == 0


def test_where_the_kernel_does_not_count_nothing_is_told(tmp_path: Path) -> None:
    assert host(tmp_path, V2, "elsewhere", "anon 40\n") is None


def test_a_count_without_its_figure_is_none(tmp_path: Path) -> None:
    assert host(tmp_path, V2, "machine.slice/libpod-4f2a.scope", "file 900\n") is None
