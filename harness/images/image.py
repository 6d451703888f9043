"""The node image: one disk for one version of Kubernetes, made once and kept by its digest."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.errors import LabError, hinted
from harness.images.cache import cache_root, require_space
from harness.images.catalog import DEFAULT, KubernetesVersion, resolve_version
from harness.images.containers import base_layer, compose, image_names, pinned_names
from harness.images.debian import SUITE
from harness.images.disk import install_boot_loader, make_disk
from harness.images.integrity import read_sealed, seal
from harness.images.lock import exclusive
from harness.images.preload import preload
from harness.images.progress import Progress, Silent
from harness.images.recipe import REVISION, digest_of, digest_of_files, recipe_root
from harness.images.sources import Source, candidates, choose
from harness.images.stage import scratch
from harness.images.tree import debian_root, dress

#: What a build takes from the disk at its peak, measured, with a fifth to spare.
_BUILD_MIB = 7 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeImage:
    """A finished disk in the cache."""

    digest: str
    path: Path
    kubernetes: str
    source: str
    size_mib: int
    used_mib: int
    built: datetime
    container_images: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path, *, fully: bool = False) -> NodeImage:
        """The image in a folder of the cache; LabError if it is spoilt."""
        record = read_sealed(folder, fully=fully)
        try:
            built = datetime.fromisoformat(record["built"])
        except (ValueError, TypeError) as bad:
            raise LabError(f"The cached image '{folder}' is corrupted: nobody knows when it was built") from bad
        return cls(
            digest=record["digest"],
            path=folder / "disk.img",
            kubernetes=record["kubernetes"],
            source=record["source"],
            size_mib=record["disk"]["bytes"] // 2**20,
            used_mib=record["disk"]["allocated_bytes"] // 2**20,
            built=built,
            container_images=tuple(record["container_images"]),
        )


def images_folder() -> Path:
    """Where finished images lie, one folder a digest."""
    return cache_root() / "images"


def image_digest(version: KubernetesVersion, source: Source) -> str:
    """One number of all that goes into an image, known before it is built."""
    root = recipe_root()
    data = digest_of_files([root / "containers.json", root / "node"])
    return digest_of(str(REVISION), SUITE, json.dumps(asdict(version)), data, source.digest(version))


def ensure_image(version: str = DEFAULT, source: str = "auto", progress: Progress | None = None) -> NodeImage:
    """The image of a version: from the cache, or built now, by one builder at a time."""
    wanted, listener = resolve_version(version), progress or Silent()
    for candidate in candidates(source):
        found = _cached(image_digest(wanted, candidate), listener)
        if found is not None:
            return found
    chosen = choose(source, wanted)
    digest = image_digest(wanted, chosen)
    with exclusive("builder", f"builds the node image of Kubernetes {wanted.kubernetes}", listener):
        found = _cached(digest, listener)
        if found is None:
            _build(digest, wanted, chosen, listener)
            found = NodeImage.read(images_folder() / digest)
    return found


def _cached(digest: str, progress: Progress) -> NodeImage | None:
    folder = images_folder() / digest
    if not folder.is_dir():
        return None
    try:
        return NodeImage.read(folder)
    except LabError as spoilt:
        progress.step(f"{spoilt}; it is built anew")
        shutil.rmtree(folder)
        return None


def _build(digest: str, version: KubernetesVersion, source: Source, progress: Progress) -> None:
    if os.geteuid() != 0:
        raise hinted(
            LabError("Building a node image needs root: its files belong to root, and containerd runs in it once"),
            "Run it with sudo, or point KUBEDRILL_CACHE at a cache that already has the image.",
        )
    shutil.rmtree(cache_root() / "tmp", ignore_errors=True)
    require_space(cache_root(), _BUILD_MIB, f"building the node image of Kubernetes {version.kubernetes}")
    progress.step(f"Programs of Kubernetes {version.kubernetes} from {source.name}")
    programs = source.programs(version, progress)
    source.release_space()
    progress.step("Debian packages")
    base, root = base_layer(progress), debian_root(progress)
    with scratch("image") as work:
        progress.step("Root file system")
        tree = work / "tree"
        dress(tree, root, version, programs)
        record = _record(digest, version, source)
        note = tree / "etc/kubedrill/image.json"
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps(record, indent=2) + "\n")
        progress.step("Container images")
        archive = work / "containers.tar"
        compose(archive, version, programs, base, work)
        progress.step("Disk")
        made = work / "made"
        made.mkdir()
        make_disk(made / "disk.img", tree)
        progress.waiting_on("containerd, which unpacks the container images")
        preload(made / "disk.img", [archive], pinned_names(version), image_names(version), work)
        install_boot_loader(made / "disk.img")
        progress.step("Checksums")
        seal(made, record)
        images_folder().mkdir(exist_ok=True)
        made.rename(images_folder() / digest)


def _record(digest: str, version: KubernetesVersion, source: Source) -> dict[str, Any]:
    return {
        "digest": digest,
        "kubernetes": version.kubernetes,
        "source": source.name,
        "debian": SUITE,
        "versions": asdict(version),
        "container_images": image_names(version),
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
    }
