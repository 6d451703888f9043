"""Write container images as one OCI archive: the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"
_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerImage:
    """What one container image consists of: layers from the bottom up, and how it starts."""

    name: str
    layers: tuple[Path, ...]
    entrypoint: tuple[str, ...]
    command: tuple[str, ...] = ()
    user: str = ""
    labels: Mapping[str, str] | None = None


def layer_of_files(target: Path, files: Mapping[str, Path], folders: Sequence[str] = ()) -> None:
    """Write a layer that holds programs at given absolute paths, owned by root and dated 1970."""
    made: set[str] = set()
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as layer:
        for folder in sorted({*folders, *(str(Path(path).parent) for path in files)}):
            for part in (*reversed(Path(folder).parents), Path(folder)):
                name = str(part).strip("/")
                if name and name not in made:
                    made.add(name)
                    layer.addfile(_entry(name, tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755))
        for path, source in sorted(files.items()):
            entry = _entry(path.strip("/"), tarfile.REGTYPE, 0o755 if source.stat().st_mode & 0o100 else 0o644)
            entry.size = source.stat().st_size
            with source.open("rb") as data:
                layer.addfile(entry, data)


def write_archive(target: Path, images: Sequence[ContainerImage]) -> None:
    """Write all the images into one OCI archive; a layer that several of them share is in it once."""
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
        written: dict[Path, dict[str, Any]] = {}
        blobs: set[str] = set()
        manifests = []
        for image in images:
            for layer in image.layers:
                if layer not in written:
                    written[layer] = _add_file(archive, layer, blobs)
            manifests.append(_add_image(archive, image, [written[layer] for layer in image.layers], blobs))
        _add(archive, "oci-layout", _json({"imageLayoutVersion": "1.0.0"}))
        _add(archive, "index.json", _json({"schemaVersion": 2, "manifests": manifests}))


def _add_image(
    archive: tarfile.TarFile, image: ContainerImage, layers: list[dict[str, Any]], blobs: set[str]
) -> dict[str, Any]:
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "Env": [_PATH],
            "Entrypoint": list(image.entrypoint),
            "Cmd": list(image.command),
            "User": image.user,
            "Labels": dict(image.labels or {}),
        },
        "rootfs": {"type": "layers", "diff_ids": [layer["digest"] for layer in layers]},
        "history": [{"created_by": "kubedrill"} for _ in layers],
    }
    described = _add_blob(archive, _json(config), _CONFIG, blobs)
    manifest = {"schemaVersion": 2, "mediaType": _MANIFEST, "config": described, "layers": layers}
    names = {"io.containerd.image.name": image.name, "org.opencontainers.image.ref.name": image.name.rsplit(":", 1)[1]}
    return {**_add_blob(archive, _json(manifest), _MANIFEST, blobs), "annotations": names}


def _add_blob(archive: tarfile.TarFile, data: bytes, media_type: str, blobs: set[str]) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    if digest not in blobs:
        blobs.add(digest)
        _add(archive, f"blobs/sha256/{digest}", data)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}


def _add_file(archive: tarfile.TarFile, layer: Path, blobs: set[str]) -> dict[str, Any]:
    sum_ = hashlib.sha256()
    with layer.open("rb") as data:
        while chunk := data.read(_CHUNK):
            sum_.update(chunk)
        digest = sum_.hexdigest()
        entry = _entry(f"blobs/sha256/{digest}", tarfile.REGTYPE, 0o644)
        entry.size = layer.stat().st_size
        data.seek(0)
        if digest not in blobs:
            blobs.add(digest)
            archive.addfile(entry, data)
    return {"mediaType": _LAYER, "digest": f"sha256:{digest}", "size": entry.size}


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = _entry(name, tarfile.REGTYPE, 0o644)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def _entry(name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.mtime = kind, mode, 0
    entry.uname = entry.gname = "root"
    return entry


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
