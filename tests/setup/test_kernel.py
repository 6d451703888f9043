"""Labs fit beside each other after a setup, and a kernel that has enough is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.setup.kernel import raise_inotify


def _raised(folder: Path, has: int, *, is_root: bool = True) -> tuple[list[str], int, Path]:
    limit, kept, said = folder / "limit", folder / "sysctl.d/60-kubedrill.conf", list[str]()
    limit.write_text(f"{has}\n")
    raise_inotify(said.append, is_root=is_root, limit=limit, kept=kept)
    return said, int(limit.read_text()), kept


def test_a_limit_that_keeps_labs_apart_is_raised_now_and_for_the_next_boot_and_told(tmp_path: Path) -> None:
    (said,), now, kept = _raised(tmp_path, 128)
    assert now == 1024
    assert "fs.inotify.max_user_instances = 1024\n" in kept.read_text()
    assert "from 128 to 1024" in said
    assert str(kept) in said


@pytest.mark.parametrize("has", [1024, 65536])
def test_a_limit_that_is_high_enough_is_left_alone(tmp_path: Path, has: int) -> None:
    said, now, kept = _raised(tmp_path, has)
    assert (said, now, kept.exists()) == ([], has, False)


def test_without_root_nothing_is_touched_and_the_command_is_told(tmp_path: Path) -> None:
    (said,), now, kept = _raised(tmp_path, 128, is_root=False)
    assert (now, kept.exists()) == (128, False)
    assert "sysctl fs.inotify.max_user_instances=1024" in said


def test_a_kernel_that_takes_nothing_is_told_and_lets_the_setup_go_on(tmp_path: Path) -> None:
    limit, said = tmp_path / "limit", list[str]()
    limit.symlink_to("/proc/sys/kernel/osrelease")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", lambda _: "128\n")
        raise_inotify(said.append, is_root=True, limit=limit, kept=tmp_path / "kept")
    assert "cannot be raised from 128" in said[0]
    assert not (tmp_path / "kept").exists()


def test_a_limit_that_cannot_be_kept_is_told_and_lets_the_setup_go_on(tmp_path: Path) -> None:
    (tmp_path / "sysctl.d").write_text("no folder")
    (said,), now, _ = _raised(tmp_path, 128)
    assert now == 1024
    assert "for good" in said
    assert "sysctl.d" in said
