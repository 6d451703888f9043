"""Versions: what is on offer, and what a wrong one is answered."""

from __future__ import annotations

import pytest

from harness.errors import SpecError
from harness.images.catalog import DEFAULT, SUPPORTED, resolve_version
from harness.images.gobuild import go_builds
from harness.images.image import image_digest
from harness.images.pin import pins
from harness.images.recipe import recipe_root
from harness.images.sources import modules


@pytest.mark.parametrize("minor", SUPPORTED)
def test_every_supported_version_is_pinned_with_sums(minor: str) -> None:
    version = resolve_version(minor)
    assert version.kubernetes.startswith(f"{minor}.")
    for build in go_builds(version):
        assert (build.folder / "go.mod").is_file()
        stdlib_only = build.name == "canary"
        assert stdlib_only or (build.folder / "go.sum").is_file()


@pytest.mark.parametrize("minor", SUPPORTED)
def test_the_pinned_modules_are_those_of_the_list_of_versions(minor: str) -> None:
    text = (recipe_root() / "modules" / minor / "go.mod").read_text()
    assert f"k8s.io/kubernetes {resolve_version(minor).kubernetes}" in text


def test_every_module_folder_can_be_pinned_anew() -> None:
    assert {path.name for path in (recipe_root() / "modules").iterdir()} == set(pins())


def test_an_exact_version_means_the_same_as_its_minor() -> None:
    version = resolve_version(DEFAULT)
    assert resolve_version(version.kubernetes) == version
    assert resolve_version(DEFAULT.removeprefix("v")) == version


@pytest.mark.parametrize("wrong", ["v1.32", "v2.0", "", "latest", "v1.34.", "v1.34.4-rc.1", "../v1.34"])
def test_an_unknown_version_is_refused_with_the_known_ones(wrong: str) -> None:
    with pytest.raises(SpecError, match=r"v1\.33, v1\.34, v1\.35"):
        resolve_version(wrong)


def test_a_patch_that_is_not_pinned_is_refused_with_the_one_that_is() -> None:
    with pytest.raises(SpecError, match=resolve_version("v1.34").kubernetes):
        resolve_version("v1.34.999")


def test_the_digest_of_an_image_is_stable_and_its_version_counts() -> None:
    digests = [image_digest(resolve_version(minor), modules()) for minor in (*SUPPORTED, *SUPPORTED)]
    assert digests[:3] == digests[3:]
    assert len(set(digests)) == 3
