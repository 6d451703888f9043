"""What an S3 server lists is read strictly: plain XML, and nothing that a reader could be led astray by."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from harness.backup.vault import DamagedBackupError
from harness.facts.reading import shortened
from harness.strict_xml import xml_root

_SPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"


def read_page(text: str) -> tuple[list[str], str]:
    """The folders on one page of a listing, and what to ask for the next page with; empty if it is the last."""
    page = _page(text)
    found = [prefix.text or "" for prefix in page.iterfind(f"{_SPACE}CommonPrefixes/{_SPACE}Prefix")]
    names = [one.removesuffix("/") for one in found if one.endswith("/")]
    truncated = page.findtext(f"{_SPACE}IsTruncated")
    following = page.findtext(f"{_SPACE}NextContinuationToken") or ""
    if truncated not in ("true", "false") or (truncated == "true") != bool(following):
        raise DamagedBackupError("The vault's listing does not say whether it goes on, or not how")
    return names, following


def _page(text: str) -> Element:
    try:
        page = xml_root(text)
    except ValueError as bad:
        raise DamagedBackupError(f"The vault's listing cannot be used: {bad}") from bad
    if page.tag != f"{_SPACE}ListBucketResult":
        raise DamagedBackupError(f"The vault's listing is none, but a '{shortened(page.tag)}'")
    return page
