"""The same page on paper."""

from __future__ import annotations

from harness.errors import LabError, SpecError, hinted


def to_pdf(page: bytes) -> bytes:
    """The page as PDF; without the library that makes it, one sentence says what to install."""
    try:
        # Heavy, and of an extra: half a second that only who wants paper waits for.
        import weasyprint
    except (ImportError, OSError) as missing:
        raise hinted(
            SpecError(f"A PDF needs the library weasyprint, which cannot be loaded: {missing}"),
            "Install it with `pip install 'kubedrill[pdf]'` and the system's Pango; the HTML page is written anyway.",
        ) from missing
    document: bytes = weasyprint.HTML(string=page.decode(), url_fetcher=_refuse).write_pdf()
    return document


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    """The page needs nothing from elsewhere, and gets nothing."""
    raise LabError(f"The report does not load '{url}'")
