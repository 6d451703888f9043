"""The images in the cache as a whole: what there is, and what can go."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.errors import LabError
from harness.images.cache import cache_root, used_mib
from harness.images.catalog import SUPPORTED, resolve_version
from harness.images.image import NodeImage, image_digest, images_folder
from harness.images.lock import exclusive
from harness.images.progress import Progress, Silent
from harness.images.sources import candidates
from harness.images.store import discard_store

#: Parts of builds which nothing asked for in this time are not kept.
_STAGE_LIFE = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedImage:
    """One folder of the image cache: a whole image, or the reason why it is none."""

    folder: Path
    image: NodeImage | None
    #: Whether today's recipe would make just this image.
    current: bool
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What a pruning removed."""

    removed: tuple[Path, ...]
    freed_mib: int
    #: Whether the store of disk clones stayed because someone uses it.
    store_in_use: bool = False


def list_images(*, verify: bool = False) -> tuple[CachedImage, ...]:
    """Every image in the cache, the newest first; with `verify` all of each disk is read and compared."""
    current = current_digests()
    found = [_look(folder, current, verify) for folder in images_folder().glob("*") if folder.is_dir()]
    return tuple(sorted(found, key=lambda one: one.image.built.timestamp() if one.image else 0.0, reverse=True))


def prune(*, everything: bool = False, progress: Progress | None = None) -> Pruned:
    """Remove what today's recipe does not use; with `everything`, all images, parts of builds and the store."""
    with exclusive("builder", "prunes the cache of node images", progress or Silent()):
        kept = frozenset() if everything else current_digests()
        going = [one.folder for one in list_images() if one.folder.name not in kept or one.image is None]
        root = cache_root()
        going += [root / name for name in ("downloads", "tmp", "go/build", "go/mod") if (root / name).exists()]
        # Boxes are made of images, and Vagrant unpacks a copy of each that it is asked for.
        going += [root / name for name in ("boxes", "vagrant/boxes") if everything and (root / name).exists()]
        oldest = time.time() - _STAGE_LIFE.total_seconds()
        stages = (root / "stages").glob("*")
        going += [stage for stage in stages if everything or stage.stat().st_mtime < oldest]
        freed = sum(used_mib(path) for path in going)
        for path in going:
            shutil.rmtree(path)
        if not everything:
            return Pruned(removed=tuple(going), freed_mib=freed)
        store = root / "store.xfs"
        freed += used_mib(store) if store.exists() else 0
        discarded = discard_store()
        return Pruned(removed=tuple(going), freed_mib=freed, store_in_use=not discarded)


def current_digests() -> frozenset[str]:
    """The digests of the images that today's recipe makes, from the sources that need no telling."""
    versions = [resolve_version(minor) for minor in SUPPORTED]
    return frozenset(image_digest(version, source) for version in versions for source in candidates("auto"))


def _look(folder: Path, current: frozenset[str], verify: bool) -> CachedImage:
    try:
        image = NodeImage.read(folder, fully=verify)
    except LabError as spoilt:
        return CachedImage(folder=folder, image=None, current=False, problem=str(spoilt))
    return CachedImage(folder=folder, image=image, current=folder.name in current)
