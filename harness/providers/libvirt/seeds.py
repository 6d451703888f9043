"""The disks that machines of a libvirt begin with which reaches no mount of ours: differences from the node image."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.images.cache import require_space
from harness.images.image import NodeImage
from harness.images.lock import exclusive
from harness.images.progress import Silent
from harness.images.recipe import digest_of
from harness.images.stage import scratch
from harness.ownership import cache_root
from harness.providers.libvirt.pair import make_disk_of, recipe
from harness.shell import run
from harness.spec import OsSlot

#: Raised by hand whenever this file makes other disks of the same node image.
_REVISION = 1
_LIMIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """A disk for each slot, whose bytes beside the difference are the node image's."""

    digest: str
    image: NodeImage
    folder: Path

    def of(self, slot: OsSlot) -> Path:
        """The difference of a slot's disk."""
        return self.folder / f"{slot}.qcow2"


def ensure_seeds(image: NodeImage, files: Mapping[str, str]) -> Seeds:
    """The disks of a node image and what all its machines get: from the cache, or made now, without root."""
    digest = digest_of(str(_REVISION), image.digest, json.dumps(files, sort_keys=True), *recipe())
    seeds = Seeds(digest=digest, image=image, folder=cache_root() / "seeds" / digest)
    if not seeds.folder.is_dir():
        with exclusive("builder", f"makes disks of Kubernetes {image.kubernetes}", Silent()):
            if not seeds.folder.is_dir():
                _make(seeds, files)
    return seeds


def _make(seeds: Seeds, files: Mapping[str, str]) -> None:
    image = seeds.image
    require_space(cache_root(), 2 * image.used_mib, f"making disks of Kubernetes {image.kubernetes}")
    with scratch("seeds") as work:
        made = work / "made"
        made.mkdir()
        for slot in OsSlot:
            raw, difference = work / f"{slot}.raw", str(made / seeds.of(slot).name)
            make_disk_of(slot, image, files, raw, work)
            run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(raw), difference])
            # This compares the two, and keeps what differs.
            run(
                ["qemu-img", "rebase", "-f", "qcow2", "-F", "raw", "-b", str(image.path.resolve()), difference],
                timeout=_LIMIT,
            )
            raw.unlink()
        seeds.folder.parent.mkdir(exist_ok=True)
        made.rename(seeds.folder)
