"""Each page can be read by everybody: without a net, a mouse, good eyes, a wide screen, or a screen at all."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.browser.tab import Tab

pytestmark = pytest.mark.browser
SCHEMES = ("light", "dark")
LEAST_CONTRAST = 4.5
PHONE, DESK = 360, 1200
#: A4 at 96 dots an inch, less margins of 16 mm.
PAPER = 672


def test_nothing_is_fetched_and_nothing_complains(tab: Tab) -> None:
    tab.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert tab.loads() == []
    assert tab.complaints() == []


def test_the_structure_tells_what_the_eye_sees(tab: Tab) -> None:
    questions = ("landmarks", "headings", "tables", "drawings", "doubleIds")
    assert {one: tab.ask(f"{one}()") for one in questions} == {one: [] for one in questions}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_words_can_be_read_in_light_and_in_dark(tab: Tab, scheme: str) -> None:
    tab.show(scheme=scheme)
    picture(tab, scheme)
    assert int(tab.ask("countWords()")[0]) > 20
    assert tab.ask(f"faint({LEAST_CONTRAST})") == []


def test_light_and_dark_differ(tab: Tab) -> None:
    papers = []
    for scheme in SCHEMES:
        tab.show(scheme=scheme)
        papers.append(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert papers[0] != papers[1]


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(tab: Tab) -> None:
    assert tab.ask("jumpers()") == []
    assert tab.ask("stuck()") == []
    tab.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = false)); document.body.focus()")
    expected = tab.ask("order()")
    visited = []
    for _ in expected:
        tab.press_tab()
        visited += tab.ask("where()")
        assert tab.ask("unseen()") == []
    assert visited == expected


def test_whatever_can_have_the_focus_has_a_name(tab: Tab) -> None:
    tab.ask("[openAll()] && []")
    nodes = tab.call("Accessibility.getFullAXTree")["nodes"]
    nameless = []
    for node in nodes:
        focusable = any(one["name"] == "focusable" and one["value"]["value"] for one in node.get("properties", []))
        role = node.get("role", {}).get("value")
        if focusable and role != "RootWebArea" and (role == "generic" or not node.get("name", {}).get("value")):
            nameless.append(f"{role} {node.get('name', {}).get('value')!r}")
    assert len(nodes) > 50
    assert nameless == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_no_page_has_to_be_moved_sideways(tab: Tab, width: int) -> None:
    tab.size(width)
    picture(tab, f"{width}")
    assert tab.ask("sideways()") == []


def test_paper_holds_all_of_it(tab: Tab) -> None:
    tab.show(medium="print")
    tab.size(PAPER)
    assert tab.ask("cutOff()") == []
    assert tab.ask(f"faint({LEAST_CONTRAST})") == []
    # What is folded stays so on paper: who wants it there opens it first.
    tab.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = false))")
    printed = tab.pdf()
    keep(tab, "print.pdf", printed)
    assert printed.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type ?/Page\b", printed)) <= 40


def picture(tab: Tab, name: str) -> None:
    folder = os.environ.get("KUBEDRILL_PICTURES")
    if folder:
        tab.picture(Path(folder) / f"{Path(tab.url).parent.parent.name}-{name}.png")


def keep(tab: Tab, name: str, content: bytes) -> None:
    folder = os.environ.get("KUBEDRILL_PICTURES")
    if folder:
        (Path(folder) / f"{Path(tab.url).parent.parent.name}-{name}").write_bytes(content)
