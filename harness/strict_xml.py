"""XML from outside: plain elements, and nothing that a reader could be led astray or kept busy by."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, fromstring


def xml_root(text: str | bytes) -> Element:
    """The root; what is no XML, and what declares anything, is a ValueError."""
    # Only a document type can declare entities, and only it, comments and raw text begin so.
    if ("<!" if isinstance(text, str) else b"<!") in text:  # type: ignore[operator]
        raise ValueError("it is no plain XML: it declares something")
    try:
        return fromstring(text)
    except (ParseError, UnicodeError, LookupError) as bad:
        raise ValueError(f"it cannot be read: {bad}") from bad
