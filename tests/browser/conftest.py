from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.pages import PAGES
from tests.browser.pipe import Browser, browsing, find_browser
from tests.browser.tab import Tab, opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all pages; who asks for these tests has one."""
    program = find_browser()
    assert program is not None, "there is no browser: apt-get install chromium"
    with browsing(program) as running:
        yield running


@pytest.fixture(scope="session", params=PAGES, ids=lambda page: page.name)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each page in turn."""
    made: Path = request.param.make(tmp_path_factory.mktemp(request.param.name))
    # To look at them with one's own eyes: KUBEDRILL_PICTURES=/somewhere.
    if folder := os.environ.get("KUBEDRILL_PICTURES"):
        (Path(folder) / f"{request.param.name}.html").write_bytes(made.read_bytes())
    return made


@pytest.fixture
def tab(browser: Browser, page: Path) -> Iterator[Tab]:
    """The page in a tab of its own."""
    with opened(browser, page) as shown:
        yield shown
