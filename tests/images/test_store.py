"""The store: instant clones, shared by processes, and usable after one of them was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import LabError
from harness.images.disk import OFFSET, make_disk
from harness.images.image import NodeImage
from harness.images.integrity import seal
from harness.images.reflink import can_reflink, own_bytes, reflink
from harness.images.store import open_store, release_store
from harness.images.store_mount import is_mounted
from harness.shell import capture, run

needs_mount = pytest.mark.real


def test_a_clone_that_cannot_be_made_leaves_no_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"content")
    shm = Path("/dev/shm") / f"kubedrill-test-{os.getpid()}"
    with pytest.raises(LabError, match="could not be cloned"):
        reflink(source, shm)
    assert not shm.exists()


def test_a_file_takes_its_own_blocks_and_holes_take_none(tmp_path: Path) -> None:
    sparse = tmp_path / "sparse"
    with sparse.open("wb") as file:
        for piece in range(3):
            file.seek(piece * 8 << 20)
            file.write(os.urandom(1 << 20))
    os.sync()
    assert 3 << 20 <= own_bytes(sparse) <= 4 << 20


def test_the_probe_leaves_nothing_behind(tmp_path: Path) -> None:
    can_reflink(tmp_path)
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".reflink")] == []


def test_a_disk_is_made_without_root_and_holds_its_tree(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "note").write_text("here")
    disk = tmp_path / "disk.img"
    make_disk(disk, tree, size_mib=32)
    table = disk.read_bytes()[446:512]
    assert int.from_bytes(table[8:12], "little") * 512 == OFFSET
    assert int.from_bytes(table[12:16], "little") * 512 == 31 << 20
    assert table[-2:] == b"\x55\xaa"
    assert run(["debugfs", "-R", "cat /note", f"{disk}?offset={OFFSET}"]).text == "here"


@pytest.fixture
def image(tmp_path: Path) -> NodeImage:
    """A small image."""
    folder = tmp_path / "image"
    tree = tmp_path / "tree"
    folder.mkdir()
    tree.mkdir()
    make_disk(folder / "disk.img", tree, size_mib=32)
    seal(
        folder,
        {
            "digest": "e" * 64,
            "kubernetes": "v1.34.4",
            "source": "modules",
            "container_images": [],
            "built": "2026-01-02T03:04:05+00:00",
        },
    )
    return NodeImage.read(folder)


@needs_mount
def test_clones_and_blank_disks_have_identities_of_their_own(image: NodeImage) -> None:
    wanted = "0b1b6a3c-0000-4000-8000-000000000001"
    with open_store() as store:
        clone = store.clone(image, store.folder / "lab" / "os.img")
        blank = store.blank(store.folder / "lab" / "etcd.img", size_mib=64, label="etcd", uuid=wanted)
        assert clone.read_bytes() == image.path.read_bytes()
        assert run(["blkid", "-s", "UUID", "-o", "value", str(blank)]).text.strip() == wanted
        with pytest.raises(LabError, match="outside the store"):
            store.clone(image, image.path.parent / "elsewhere.img")


@needs_mount
@pytest.mark.usefixtures("cache")
def test_a_clone_takes_only_what_is_written_to_it() -> None:
    with open_store() as store:
        source, clone = store.folder / "source", store.folder / "clone"
        source.write_bytes(os.urandom(8 << 20))
        reflink(source, clone)
        assert own_bytes(clone) == 0
        with clone.open("r+b") as file:
            file.write(os.urandom(1 << 20))
            os.fsync(file.fileno())
        assert 1 << 20 <= own_bytes(clone) <= 2 << 20
        assert own_bytes(source) == own_bytes(clone)


@needs_mount
def test_the_last_user_unmounts(cache: Path) -> None:
    with open_store() as first, open_store() as second:
        assert first.folder == second.folder
    assert not is_mounted(cache / "store")


@needs_mount
def test_a_store_that_does_not_mount_is_made_anew(cache: Path) -> None:
    (cache / "store.xfs").write_bytes(b"this is no file system")
    with open_store() as store:
        assert can_reflink(store.folder)


@needs_mount
def test_a_killed_user_leaves_a_store_that_is_used_and_released(cache: Path) -> None:
    code = (
        "import sys; from harness.images.store import open_store\n"
        "with open_store(): print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"open\n"
        assert not release_store()
        user.send_signal(signal.SIGKILL)
        user.wait()
    assert release_store()
    assert not is_mounted(cache / "store")
    assert str(cache) not in capture(["losetup", "-l", "-n", "-O", "BACK-FILE"]).text
