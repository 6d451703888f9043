"""The container images that a machine carries, composed from programs and one small Debian layer."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.images.catalog import KubernetesVersion
from harness.images.debian import SUITE, make_tree
from harness.images.oci import ContainerImage, layer_of_files, write_archive
from harness.images.progress import Progress
from harness.images.recipe import digest_of, digest_of_files, recipe_root
from harness.images.stage import stage
from harness.strict_json import json_value

_PASSWD = "root:x:0:0:root:/root:/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/sbin/nologin\n"
_PASSWD_LAST = "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n"
_GROUP = "root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n"
#: What a container never reads, and Debian's own package lists.
_UNREAD = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "usr/share/info",
    "var/lib/apt",
    "var/cache",
    "var/lib/dpkg",
)


def recipe() -> dict[str, Any]:
    """The list of container images as the recipe has it."""
    data: dict[str, Any] = json_value((recipe_root() / "containers.json").read_text())
    return data


def image_names(version: KubernetesVersion) -> tuple[str, ...]:
    """The full names of all container images that a machine of this version carries."""
    return tuple(version.fill(image["name"]) for image in recipe()["images"])


def pinned_names(version: KubernetesVersion) -> tuple[str, ...]:
    """The images which kubelet must never collect."""
    return tuple(version.fill(image["name"]) for image in recipe()["images"] if image.get("pinned"))


def base_layer(progress: Progress) -> Path:
    """The Debian layer under the images that need more than one static program."""
    wanted = recipe()["base"]

    def make(made: Path) -> None:
        progress.waiting_on(f"Debian packages: {', '.join(wanted['packages'])}")
        make_tree(made / "tree.tar", tuple(wanted["packages"]), variant="extract")
        _trim(made / "tree.tar", made / "layer.tar", wanted["applets"])
        (made / "tree.tar").unlink()

    return stage("base", digest_of(SUITE, json.dumps(wanted), "2"), make) / "layer.tar"


def _trim(source: Path, target: Path, applets: list[str]) -> None:
    """Copy a tree into a layer: no documentation, no devices, and the few files which package scripts would make."""
    with tarfile.open(source) as tree, tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as layer:
        for entry in tree:
            name = entry.name.removeprefix("./")
            if name.startswith(_UNREAD) or not (entry.isreg() or entry.isdir() or entry.issym() or entry.islnk()):
                continue
            layer.addfile(entry, tree.extractfile(entry) if entry.isreg() else None)
        for path, text in (("etc/passwd", _PASSWD + _PASSWD_LAST), ("etc/group", _GROUP)):
            _write(layer, path, text)
        for applet in applets:
            _link(layer, f"usr/bin/{applet}", "busybox")
        _link(layer, "var/www/html/index.html", "/usr/share/nginx/html/index.html")
        _link(layer, "etc/nginx/sites-enabled/default", "../sites-available/default")
        _link(layer, "var/log/nginx/access.log", "/dev/stdout")
        _link(layer, "var/log/nginx/error.log", "/dev/stderr")


def _write(layer: tarfile.TarFile, path: str, text: str) -> None:
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = len(text), 0o644
    layer.addfile(entry, io.BytesIO(text.encode()))


def _link(layer: tarfile.TarFile, path: str, target: str) -> None:
    entry = tarfile.TarInfo(path)
    entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, target, 0o777
    layer.addfile(entry)


def compose(target: Path, version: KubernetesVersion, programs: Mapping[str, Path], base: Path, work: Path) -> None:
    """Write all container images of one version into one archive."""
    layers = work / "layers"
    layers.mkdir()
    (work / "empty-passwd").write_text(_PASSWD + _PASSWD_LAST)
    images: list[ContainerImage] = []
    for image in recipe()["images"]:
        stack = [base] if image.get("base") else []
        if image["files"]:
            layer = layers / f"{len(images)}.tar"
            files = {path: programs[name] for name, path in image["files"].items()}
            if not image.get("base"):
                files["/etc/passwd"] = work / "empty-passwd"
            layer_of_files(layer, files, folders=("/tmp",))
            stack.append(layer)
        images.append(
            ContainerImage(
                name=version.fill(image["name"]),
                layers=tuple(stack),
                entrypoint=tuple(image["entrypoint"]),
                command=tuple(image.get("command", ())),
                user=image.get("user", ""),
            )
        )
    write_archive(target, images)
    shutil.rmtree(layers)


def containers_digest() -> str:
    """One number of the recipe of the container images."""
    return digest_of_files([recipe_root() / "containers.json"])
