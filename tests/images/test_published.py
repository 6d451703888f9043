"""Published programs: verified, resumed, and refused when they are not what was published."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import LabError, SpecError
from harness.images.catalog import resolve_version
from harness.images.download import WebShelf
from harness.images.progress import Silent
from harness.images.sources import candidates, choose, directory, modules, release
from tests.images.conftest import Publisher

KUBEADM = "release/v1.34.4/bin/linux/amd64/kubeadm"


def test_a_release_delivers_every_program_without_compiling(publisher: Publisher) -> None:
    publisher.publish_version("v1.34")
    programs = release(publisher.url).programs(resolve_version("v1.34"), Silent())
    assert programs["kubeadm"].read_bytes() == b"program kubeadm"
    assert {"kubelet", "kube-apiserver", "etcd", "coredns", "flanneld", "pause", "canary", "bridge"} <= set(programs)


def test_a_second_fetch_asks_for_the_checksum_only(publisher: Publisher) -> None:
    publisher.publish(KUBEADM, b"once")
    shelf = WebShelf(base_url=publisher.url)
    first = shelf.fetch(KUBEADM, Silent())
    publisher.files[f"/{KUBEADM}"] = b"changed behind our back"
    assert shelf.fetch(KUBEADM, Silent()) == first


def test_a_wrong_checksum_is_refused_and_nothing_is_kept(publisher: Publisher, cache: Path) -> None:
    publisher.publish(KUBEADM, b"spoilt", checksum="0" * 64)
    with pytest.raises(LabError, match="is not what was published"):
        WebShelf(base_url=publisher.url).fetch(KUBEADM, Silent())
    assert list((cache / "downloads").iterdir()) == []


def test_a_checksum_that_is_none_is_refused(publisher: Publisher) -> None:
    publisher.publish(KUBEADM, b"good", checksum="<html>not found</html>")
    with pytest.raises(LabError, match="is no SHA-256"):
        WebShelf(base_url=publisher.url).fetch(KUBEADM, Silent())


def test_a_truncated_body_is_continued_where_it_broke(publisher: Publisher) -> None:
    body = bytes(range(256)) * 4096
    publisher.publish(KUBEADM, body)
    publisher.cuts = [100_000, 300_000]
    found = WebShelf(base_url=publisher.url).fetch(KUBEADM, Silent())
    assert found is not None
    assert found.read_bytes() == body
    assert publisher.ranges == ["bytes=100000-", "bytes=400000-"]


def test_a_server_without_ranges_sends_it_all_again(publisher: Publisher) -> None:
    body = b"x" * 500_000
    publisher.publish(KUBEADM, body)
    publisher.cuts, publisher.honours_ranges = [1000], False
    found = WebShelf(base_url=publisher.url).fetch(KUBEADM, Silent())
    assert found is not None
    assert found.read_bytes() == body


def test_a_download_that_broke_for_good_goes_on_in_the_next_run(publisher: Publisher) -> None:
    body = b"y" * 400_000
    publisher.publish(KUBEADM, body)
    publisher.cuts = [100_000, 50_000, 50_000]
    shelf = WebShelf(base_url=publisher.url)
    with pytest.raises(LabError, match="200000 bytes are here"):
        shelf.fetch(KUBEADM, Silent())
    publisher.ranges.clear()
    assert shelf.fetch(KUBEADM, Silent()) is not None
    assert publisher.ranges == ["bytes=200000-"]


def test_what_is_not_published_is_absent_and_no_error(publisher: Publisher) -> None:
    assert WebShelf(base_url=publisher.url).fetch("parts/nothing", Silent()) is None


def test_a_release_without_kubernetes_itself_is_refused(publisher: Publisher) -> None:
    publisher.publish_version("v1.34")
    del publisher.files[f"/{KUBEADM}"]
    with pytest.raises(LabError, match=r"has no kubeadm of Kubernetes v1\.34"):
        release(publisher.url).programs(resolve_version("v1.34"), Silent())


def test_auto_takes_modules_where_no_release_is_reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WebShelf, "reachable", lambda *_: False)
    assert choose("auto", resolve_version("v1.34")).name == "modules"
    monkeypatch.setattr(WebShelf, "reachable", lambda *_: True)
    assert choose("auto", resolve_version("v1.34")).name == "release"


def test_a_publisher_is_reachable_only_with_the_version(publisher: Publisher) -> None:
    source = release(publisher.url)
    assert not source.reachable(resolve_version("v1.34"))
    publisher.publish_version("v1.34")
    assert source.reachable(resolve_version("v1.34"))
    assert not release("http://127.0.0.1:9").reachable(resolve_version("v1.34"))


def test_a_folder_of_the_same_layout_serves_without_a_network(publisher: Publisher, tmp_path: Path) -> None:
    publisher.publish_version("v1.35")
    for path, body in publisher.files.items():
        (tmp_path / "shelf" / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "shelf" / path.lstrip("/")).write_bytes(body)
    source = directory(tmp_path / "shelf")
    version = resolve_version("v1.35")
    assert source.programs(version, Silent())["etcd"].read_bytes() == b"program etcd"
    assert source.reachable(version)
    (tmp_path / "shelf/release" / version.kubernetes / "bin/linux/amd64/kubelet").write_bytes(b"spoilt")
    with pytest.raises(LabError, match="is not what was put there"):
        source.programs(version, Silent())


def test_a_folder_that_lacks_a_program_is_named_with_it(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"has no 'release/v1\.34"):
        directory(tmp_path).programs(resolve_version("v1.34"), Silent())


@pytest.mark.parametrize("wrong", ["", "http://x", "release=ftp://x", "directory", "directory=/nowhere/at/all", "Auto"])
def test_a_wrong_source_is_refused(wrong: str) -> None:
    with pytest.raises(SpecError):
        candidates(wrong)


def test_sources_have_digests_of_their_own() -> None:
    version = resolve_version("v1.34")
    assert len({modules().digest(version), release().digest(version), release("http://mirror").digest(version)}) == 3
