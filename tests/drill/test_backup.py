from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from harness.backup import Bundle, FolderVault
from harness.errors import LabError

BUNDLE = Bundle({"pki/ca.crt": b"certificate", "pki/ca.key": b"key", "node.json": b"{}"})


def test_what_is_stored_comes_out_again_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    vault = FolderVault(tmp_path)
    vault.store("control-plane", BUNDLE)
    assert vault.load("control-plane").files == BUNDLE.files
    assert {entry["mode"] for entry in vault.listing()} == {"0600"}


def test_a_file_that_is_not_what_was_stored_is_refused_by_name(tmp_path: Path) -> None:
    FolderVault(tmp_path).store("control-plane", BUNDLE)
    (tmp_path / "control-plane/pki/ca.key").write_bytes(b"kez")
    with pytest.raises(LabError, match=r"'pki/ca\.key' of backup 'control-plane' is not what was stored"):
        FolderVault(tmp_path).load("control-plane")


@pytest.mark.parametrize("path", ["../secret", "/etc/shadow", "pki/../../secret"])
def test_a_manifest_that_leads_out_of_the_backup_is_refused(path: str, tmp_path: Path) -> None:
    FolderVault(tmp_path).store("control-plane", BUNDLE)
    (tmp_path / "control-plane/manifest.json").write_text(json.dumps({path: "0" * 64}))
    with pytest.raises(LabError, match="names a file outside of it"):
        FolderVault(tmp_path).load("control-plane")


def test_a_backup_is_never_written_over(tmp_path: Path) -> None:
    FolderVault(tmp_path).store("control-plane", BUNDLE)
    with pytest.raises(FileExistsError):
        FolderVault(tmp_path).store("control-plane", BUNDLE)


def test_a_bundle_is_not_changed_by_whoever_made_it() -> None:
    files = {"a": b"1"}
    bundle = Bundle(files)
    files["b"] = b"2"
    assert dict(bundle.files) == {"a": b"1"}
    with pytest.raises(TypeError):
        bundle.files["c"] = b"3"  # type: ignore[index]


def test_keys_are_private_in_an_archive_and_certificates_are_not() -> None:
    with tarfile.open(fileobj=io.BytesIO(BUNDLE.below("pki").to_tar())) as archive:
        assert {entry.name: entry.mode for entry in archive} == {"ca.crt": 0o644, "ca.key": 0o600}
