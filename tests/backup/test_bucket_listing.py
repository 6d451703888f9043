"""What a bucket lists, read from what versitygw said and from what it should never say."""

from __future__ import annotations

import pytest

from harness.backup.bucket_listing import read_page
from harness.backup.vault import DamagedBackupError

#: As versitygw v1.8.0 tells it.
TOLD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>backups</Name><KeyCount>1</KeyCount>'
    "<MaxKeys>1</MaxKeys><Delimiter>/</Delimiter><IsTruncated>false</IsTruncated>"
    "<CommonPrefixes><Prefix>20261122T000000Z-m1/</Prefix></CommonPrefixes><EncodingType></EncodingType>"
    "</ListBucketResult>"
)
GOES_ON = TOLD.replace("false</IsTruncated>", "true</IsTruncated><NextContinuationToken>a+/=</NextContinuationToken>")


def test_the_folders_of_a_page_are_named() -> None:
    assert read_page(TOLD) == (["20261122T000000Z-m1"], "")


def test_a_listing_that_goes_on_says_how() -> None:
    assert read_page(GOES_ON) == (["20261122T000000Z-m1"], "a+/=")


def test_an_object_beside_the_folders_is_no_folder() -> None:
    beside = "<Contents><Key>20261122T000000Z-m2</Key></Contents>"
    assert read_page(TOLD.replace("<CommonPrefixes>", f"{beside}<CommonPrefixes>"))[0] == ["20261122T000000Z-m1"]
    assert read_page(TOLD.replace("-m1/<", "-m1<"))[0] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cannot be read"),
        (TOLD[:-30], "cannot be read"),
        (TOLD.replace("<Name>", '<!DOCTYPE a [<!ENTITY b "c">]><Name>'), "declares something"),
        (TOLD.replace("<ListBucketResult", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><ListBucketResult'), "declares"),
        (TOLD.replace("2006-03-01", "2007-03-01"), "is none, but a"),
        ('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "is none, but a 'Error'"),
        (TOLD.replace("<IsTruncated>false</IsTruncated>", ""), "does not say whether it goes on"),
        (TOLD.replace("false", "true"), "does not say whether it goes on, or not how"),
        (GOES_ON.replace(">true<", ">false<"), "does not say whether it goes on"),
    ],
)
def test_what_is_no_listing_is_refused_and_never_taken_for_an_empty_one(text: str, why: str) -> None:
    with pytest.raises(DamagedBackupError, match=why):
        read_page(text)
