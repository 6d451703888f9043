"""The store: disks that are cloned in no time, on a file system that can."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.errors import LabError, hinted
from harness.images.cache import cache_root, require_space
from harness.images.disk import make_ext4
from harness.images.image import NodeImage, images_folder
from harness.images.lock import exclusive
from harness.images.progress import Silent
from harness.images.reflink import can_reflink, reflink
from harness.images.store_mount import mounted_store, unmount_if_unused
from harness.shell import run

_COPY_LIMIT = timedelta(minutes=10)
#: A gibibyte beside what a base disk takes, so that its clones have something to write to.
_SPARE_MIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """An open store; whatever lies in it can be made again."""

    folder: Path

    def import_image(self, image: NodeImage) -> Path:
        """The image's disk inside the store, copied there once for a digest."""
        base = self.folder / "bases" / f"{image.digest}.img"
        if base.exists():
            return base
        with exclusive("store-import", f"copies the image of Kubernetes {image.kubernetes} into the store", Silent()):
            if not base.exists():
                self._copy(image, base)
        return base

    def clone(self, image: NodeImage, dest: Path) -> Path:
        """A new disk with the image's content at a place inside the store."""
        reflink(self.import_image(image), self._inside(dest))
        return dest

    def blank(self, dest: Path, *, size_mib: int, label: str, uuid: str) -> Path:
        """A new disk that holds nothing but an ext4 file system of this label and UUID."""
        template = self.folder / "blanks" / f"ext4-{size_mib}.img"
        if not template.exists():
            with exclusive("store-import", f"makes an empty disk of {size_mib} MiB", Silent()):
                if not template.exists():
                    _make_blank(template, size_mib)
        reflink(template, self._inside(dest))
        run(["tune2fs", "-U", uuid, "-L", label[:16], str(dest)])
        return dest

    def _copy(self, image: NodeImage, base: Path) -> None:
        purpose = f"a copy of the image of Kubernetes {image.kubernetes}"
        require_space(cache_root(), image.used_mib + _SPARE_MIB, purpose)
        base.parent.mkdir(parents=True, exist_ok=True)
        for old in base.parent.glob("*.img"):
            # A base is only a source of clones: those that exist keep their blocks when it goes.
            if not (images_folder() / old.stem).is_dir():
                old.unlink(missing_ok=True)
        half = base.with_suffix(".part")
        half.unlink(missing_ok=True)
        run(["cp", "--sparse=always", "--reflink=auto", str(image.path), str(half)], timeout=_COPY_LIMIT)
        half.rename(base)

    def _inside(self, dest: Path) -> Path:
        if not dest.resolve().is_relative_to(self.folder.resolve()):
            raise LabError(f"The disk '{dest}' cannot be cloned: it lies outside the store '{self.folder}'")
        dest.parent.mkdir(parents=True, exist_ok=True)
        return dest


def _make_blank(template: Path, size_mib: int) -> None:
    template.parent.mkdir(parents=True, exist_ok=True)
    half = template.with_suffix(".part")
    half.unlink(missing_ok=True)
    with half.open("wb") as disk:
        disk.truncate(size_mib * 1024 * 1024)
    make_ext4(half, size_kib=size_mib * 1024, offset=0, label="blank")
    half.rename(template)


@contextlib.contextmanager
def open_store() -> Iterator[Store]:
    """The store, for as long as the block lasts; any number of processes may have it open at once."""
    root = cache_root()
    folder = root / "store"
    folder.mkdir(exist_ok=True)
    if can_reflink(root):
        yield Store(folder=folder)
        return
    with mounted_store(root / "store.xfs", folder):
        if not can_reflink(folder):
            raise hinted(
                LabError(f"The store '{folder}' is mounted, but its file system cannot clone files"),
                f"Unmount it and remove '{root / 'store.xfs'}': it is made anew at the next run.",
            )
        yield Store(folder=folder)


def release_store() -> bool:
    """Unmount a store that a killed process left behind; False while someone uses it."""
    return unmount_if_unused(cache_root() / "store")


def discard_store() -> bool:
    """Remove the store with all that is in it; False while someone uses it."""
    if not release_store():
        return False
    (cache_root() / "store.xfs").unlink(missing_ok=True)
    return True
