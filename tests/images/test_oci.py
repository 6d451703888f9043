"""Container images: the same bytes for the same input, and what a runtime expects to find."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

from harness.images.oci import ContainerImage, layer_of_files, write_archive


def _archive(folder: Path) -> Path:
    folder.mkdir()
    program = folder / "program"
    program.write_bytes(b"\x7fELF")
    program.chmod(0o755)
    base, own = folder / "base.tar", folder / "own.tar"
    layer_of_files(base, {"/etc/passwd": program}, folders=("/tmp",))
    layer_of_files(own, {"/usr/local/bin/kube-proxy": program})
    write_archive(
        folder / "all.tar",
        [
            ContainerImage(
                name="registry.k8s.io/kube-proxy:v1", layers=(base, own), entrypoint=("/usr/local/bin/kube-proxy",)
            ),
            ContainerImage(name="docker.io/library/nginx:latest", layers=(base,), entrypoint=("/nginx",), user="33"),
        ],
    )
    return folder / "all.tar"


def _json(archive: tarfile.TarFile, name: str) -> Any:
    member = archive.extractfile(name)
    assert member is not None
    return json.loads(member.read())


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    assert _archive(tmp_path / "a").read_bytes() == _archive(tmp_path / "b").read_bytes()


def test_every_blob_is_what_its_name_says_and_there_once(tmp_path: Path) -> None:
    with tarfile.open(_archive(tmp_path / "a")) as archive:
        blobs = [entry for entry in archive if entry.name.startswith("blobs/")]
        for entry in blobs:
            data = archive.extractfile(entry)
            assert data is not None
            assert hashlib.sha256(data.read()).hexdigest() == Path(entry.name).name
        assert len({entry.name for entry in blobs}) == len(blobs) == 6


def test_names_layers_and_configuration_are_found(tmp_path: Path) -> None:
    with tarfile.open(_archive(tmp_path / "a")) as archive:
        proxy, nginx = _json(archive, "index.json")["manifests"]
        assert proxy["annotations"]["io.containerd.image.name"] == "registry.k8s.io/kube-proxy:v1"
        manifest = _json(archive, f"blobs/sha256/{nginx['digest'].removeprefix('sha256:')}")
        config = _json(archive, f"blobs/sha256/{manifest['config']['digest'].removeprefix('sha256:')}")
        assert config["config"]["User"] == "33"
        assert config["rootfs"]["diff_ids"] == [layer["digest"] for layer in manifest["layers"]]


def test_a_layer_belongs_to_root_and_has_its_folders(tmp_path: Path) -> None:
    _archive(tmp_path / "a")
    with tarfile.open(tmp_path / "a" / "own.tar") as layer:
        entries = {entry.name: entry for entry in layer}
    assert list(entries) == ["usr", "usr/local", "usr/local/bin", "usr/local/bin/kube-proxy"]
    assert entries["usr/local/bin/kube-proxy"].mode == 0o755
    assert {(entry.uid, entry.gid, entry.mtime) for entry in entries.values()} == {(0, 0, 0)}
