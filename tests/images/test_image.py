"""The image cache: sealed, checked, listed, pruned, and built by one at a time."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from harness.errors import LabError
from harness.images import image as image_module
from harness.images.cache import require_space
from harness.images.catalog import resolve_version
from harness.images.collection import list_images, prune
from harness.images.containers import image_names
from harness.images.image import NodeImage, ensure_image, image_digest
from harness.images.integrity import content_sum, read_sealed, seal
from harness.images.lock import exclusive
from harness.images.progress import PlainLines, Silent
from harness.images.sources import modules
from harness.images.stage import stage


def _fill(folder: Path, digest: str = "d" * 64) -> Path:
    folder.mkdir(parents=True)
    with (folder / "disk.img").open("wb") as disk:
        disk.truncate(8 << 20)
        disk.seek(3 << 20)
        disk.write(b"content")
    record = {
        "digest": digest,
        "kubernetes": "v1.34.4",
        "source": "modules",
        "container_images": ["registry.k8s.io/pause:3.10.1"],
        "built": "2026-01-02T03:04:05+00:00",
    }
    seal(folder, record)
    return folder


def _spoil(folder: Path) -> None:
    with (folder / "disk.img").open("r+b") as disk:
        disk.seek(3 << 20)
        disk.write(b"CONTENT")


def test_a_sealed_image_is_read_back(tmp_path: Path) -> None:
    image = NodeImage.read(_fill(tmp_path / "image"), fully=True)
    assert (image.kubernetes, image.size_mib, image.path) == ("v1.34.4", 8, tmp_path / "image" / "disk.img")


def test_a_changed_disk_is_noticed(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "image")
    _spoil(folder)
    with pytest.raises(LabError, match="content of its disk has changed"):
        read_sealed(folder)


def test_a_change_that_hides_its_time_is_found_by_the_full_look(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "image")
    status = (folder / "disk.img").stat()
    _spoil(folder)
    os.utime(folder / "disk.img", ns=(status.st_atime_ns, status.st_mtime_ns))
    read_sealed(folder)
    with pytest.raises(LabError, match="content of its disk has changed"):
        read_sealed(folder, fully=True)


def test_a_touched_disk_of_the_same_content_is_still_good(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "image")
    os.utime(folder / "disk.img")
    assert read_sealed(folder)["kubernetes"] == "v1.34.4"


@pytest.mark.parametrize("lost", ["disk.img", "image.json", "image.json.sha256"])
def test_a_missing_file_is_noticed(tmp_path: Path, lost: str) -> None:
    folder = _fill(tmp_path / "image")
    (folder / lost).unlink()
    with pytest.raises(LabError, match="is not whole"):
        read_sealed(folder)


def test_a_short_disk_and_a_forged_record_are_noticed(tmp_path: Path) -> None:
    short, forged = _fill(tmp_path / "short"), _fill(tmp_path / "forged")
    os.truncate(short / "disk.img", 4 << 20)
    (forged / "image.json").write_text((forged / "image.json").read_text().replace("v1.34.4", "v1.34.5"))
    with pytest.raises(LabError, match="4194304 bytes instead of 8388608"):
        read_sealed(short)
    with pytest.raises(LabError, match=r"image\.json is not the one"):
        read_sealed(forged)


def test_holes_and_zeros_are_the_same_content(tmp_path: Path) -> None:
    with (tmp_path / "holes").open("wb") as sparse:
        sparse.truncate(3 << 20)
    (tmp_path / "zeros").write_bytes(bytes(3 << 20))
    assert content_sum(tmp_path / "holes") == content_sum(tmp_path / "zeros")


def test_an_image_in_the_cache_is_taken_and_a_spoilt_one_is_built_anew(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = image_digest(resolve_version("v1.34"), modules())
    folder = _fill(cache / "images" / digest, digest)
    assert ensure_image("v1.34", "modules").path == folder / "disk.img"
    _spoil(folder)
    said: list[str] = []
    monkeypatch.setattr(image_module, "_build", lambda made, *_: _fill(cache / "images" / made, made))
    assert ensure_image("v1.34", "modules", PlainLines(said.append)).digest == digest
    assert "content of its disk has changed; it is built anew" in said[0]


def test_building_without_root_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LabError, match="needs root"):
        ensure_image("v1.34", "modules")


def test_a_full_disk_is_noticed_beforehand(cache: Path) -> None:
    with pytest.raises(LabError, match=r"it needs 999999999 MiB, there are \d+ MiB"):
        require_space(cache, 999_999_999, "a test")


def test_a_second_builder_is_told_whom_it_waits_for() -> None:
    said: list[str] = []
    told = threading.Event()

    class Listener(Silent):
        def waiting_on(self, text: str) -> None:
            said.append(text)
            told.set()

    def second() -> None:
        with exclusive("builder", "waits", Listener()):
            said.append("mine")

    with exclusive("builder", "builds the node image of Kubernetes v1.34.4", Silent()):
        other = threading.Thread(target=second)
        other.start()
        assert told.wait(5)
        assert said[0].startswith(f"process {os.getpid()}, which builds the node image of Kubernetes v1.34.4 since ")
        assert len(said) == 1
    other.join(5)
    assert said[-1] == "mine"


def test_a_broken_stage_leaves_nothing_and_a_whole_one_is_made_once(cache: Path) -> None:
    def broken(made: Path) -> None:
        (made / "half").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stage("part", "a" * 64, broken)
    assert [path for path in cache.rglob("*") if path.is_file()] == []
    made = stage("part", "a" * 64, lambda folder: (folder / "whole").touch())
    assert stage("part", "a" * 64, broken) == made
    assert (made / "whole").exists()


def test_pruning_keeps_todays_images_and_whole_pruning_keeps_none(cache: Path) -> None:
    digest = image_digest(resolve_version("v1.35"), modules())
    today, old = _fill(cache / "images" / digest, digest), _fill(cache / "images" / ("0" * 64), "0" * 64)
    (cache / "downloads").mkdir()
    assert [one.current for one in list_images() if one.folder == today] == [True]
    assert set(prune().removed) == {old, cache / "downloads"}
    assert today.exists()
    assert prune(everything=True).removed == (today,)
    assert list_images() == ()


def test_a_spoilt_image_is_listed_as_such_and_pruned(cache: Path) -> None:
    digest = image_digest(resolve_version("v1.33"), modules())
    _spoil(_fill(cache / "images" / digest, digest))
    (found,) = list_images()
    assert "content of its disk has changed" in found.problem
    assert prune().removed == (cache / "images" / digest,)


def test_kubeadm_finds_every_image_under_the_name_it_asks_for() -> None:
    names = image_names(resolve_version("v1.34"))
    assert {"registry.k8s.io/etcd:3.6.5-0", "registry.k8s.io/coredns/coredns:v1.12.1"} <= set(names)
    assert "registry.k8s.io/pause:3.10.1" in names
    assert not [name for name in names if "@" in name]
