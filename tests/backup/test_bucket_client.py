"""A client of a bucket: what it asks, and what it does not put up with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.backup.bucket_client import BucketClient
from harness.backup.remote_vault import RemoteVault
from harness.backup.vault import DamagedBackupError
from harness.clock import NotYet
from harness.facts.fact import Output
from harness.journal import Kind
from harness.lab import Node, StepError
from harness.providers.rehearsal import buckets
from tests.backup.lab_with_bucket import LabWithBucket, bucket

__all__ = ["bucket"]
NAME = "20260301T030000Z-master1"


def test_the_names_of_all_pages_are_found_and_each_question_is_in_the_order_in_which_it_is_signed(
    bucket: LabWithBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "PAGE", 2)
    names = [f"2026030{day}T030000Z-master1" for day in range(1, 6)]
    for name in names:
        bucket.lay(f"{name}/manifest.json")
    bucket.client.answers(bucket.master)
    assert bucket.client.names(bucket.master) == names
    asked = [event.data["argv"][-1] for event in bucket.history.of(Kind.COMMAND) if event.data["argv"][0] == "curl"]
    queries = [url.partition("?")[2].split("&") for url in asked]
    assert len(queries) == 3
    assert all(query == sorted(query) for query in queries)


def test_a_listing_without_end_is_refused(bucket: LabWithBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "PAGE", 1)
    for number in range(30):
        bucket.lay(f"20260301T0300{number:02}Z-master1/manifest.json")
    bucket.client.answers(bucket.master)
    with pytest.raises(DamagedBackupError, match="more than 20 pages"):
        bucket.client.names(bucket.master)


def test_what_is_not_there_is_no_file_and_what_is_there_is_fetched(bucket: LabWithBucket) -> None:
    bucket.lay(f"{NAME}/node.json", b"{}")
    bucket.client.answers(bucket.master)
    bucket.client.fetch(bucket.master, NAME, ["node.json", "snapshot.db"], "/run/here")
    assert bucket.master.get("/run/here/node.json") == b"{}"
    assert bucket.master.attempt(["test", "-f", "/run/here/snapshot.db"]).status == 1


def test_another_certificate_another_key_and_nobody_at_all_open_nothing(bucket: LabWithBucket) -> None:
    for changed, why in (
        (replace(bucket.access, certificate=b"another"), "certificate problem"),
        (replace(bucket.access, secret="another"), "403"),
        (replace(bucket.access, address="10.77.0.99"), "Failed to connect"),
    ):
        client = BucketClient(access=changed)
        said = client.answers(bucket.master)
        assert isinstance(said, NotYet)
        assert why in str(said)
        with pytest.raises(StepError, match="'curl' failed on machine 'master1'"):
            client.names(bucket.master)
        with pytest.raises(StepError, match="'curl' failed on machine 'master1'"):
            client.fetch(bucket.master, NAME, ["node.json"], "/run/here")


def test_half_a_download_is_trouble_and_no_reason_for_an_older_backup(
    bucket: LabWithBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(node: Node, argv: list[str], **_: object) -> Output:
        del node
        cut_off = "curl: (18) transfer closed with outstanding read data remaining\n"
        return (
            Output(status=18, stdout="200-18\n", stderr=cut_off) if argv[0] == "curl" else Output(status=0, stdout="")
        )

    monkeypatch.setattr(Node, "attempt", cut)
    with pytest.raises(StepError, match="outstanding read data"):
        bucket.client.fetch(bucket.master, NAME, ["snapshot.db"], "/run/here")


def test_names_that_lead_elsewhere_are_never_asked_for(bucket: LabWithBucket) -> None:
    for name in ("../../etc/passwd", "..", "20260301T030000Z-master1;x/manifest.json", "other/manifest.json"):
        bucket.lay(f"{name}")
    with pytest.raises(DamagedBackupError, match=r"^The vault holds no whole backup$"):
        RemoteVault(client=bucket.client).take(bucket.master)
    assert not [one for one in bucket.history.of(Kind.COMMAND) if "--write-out" in one.data["argv"]]
