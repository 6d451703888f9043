"""Each question about a page finds what it asks for, where it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.pipe import Browser
from tests.browser.tab import opened

pytestmark = pytest.mark.browser
PLAIN = '<!doctype html><html lang="en"><title>t</title><body>{}</body></html>'
GOOD = "<main><h1>a</h1><h2>b</h2><p>words</p><a href='#x'>go</a></main>"


@pytest.mark.parametrize(
    ("body", "question", "found"),
    [
        ("<p>no main</p>", "landmarks()", "0 main parts"),
        ("<main></main><div>outside</div>", "landmarks()", "outside of every landmark"),
        ("<main><h1>a</h1><h3>b</h3></main>", "headings()", "from level 1 to <h3>"),
        ("<main><h2>a</h2></main>", "headings()", "0 first headings"),
        ("<table><tr><th>a</th></tr></table>", "tables()", "without scope"),
        ("<table><tr><td>a</td></tr></table>", "tables()", "without headers of columns"),
        ("<svg viewBox='0 0 9 9'><rect width='9' height='9'/></svg>", "drawings()", "without a role"),
        ("<p id=a>1</p><p id=a>2</p>", "doubleIds()", "a"),
        ("<p style='color:#999'>grey</p>", "faint(4.5)", 'of <p> "grey"'),
        ("<p style='opacity:.5'>half</p>", "faint(4.5)", 'of <p> "half"'),
        ("<div style='background:#222'><p>black</p></div>", "faint(4.5)", 'of <p> "black"'),
        ("<details><summary>s</summary><p style='color:#999'>folded</p></details>", "faint(4.5)", '"folded"'),
        (
            "<svg width=90 height=30><rect width=90 height=30 fill='#333'/><text x=5 y=20>in it</text></svg>",
            "faint(4.5)",
            '<text> "in it"',
        ),
        ("<p tabindex=3>first</p>", "jumpers()", "<p>"),
        ("<pre style='height:2em;overflow:auto'>1\n2\n3\n4\n5\n6</pre>", "stuck()", "<pre>"),
        ("<p style='width:3000px'>wide</p>", "sideways()", "px in"),
        ("<p style='height:1em;overflow:hidden'>cut<br>off<br>here</p>", "cutOff()", "<p>"),
        ("<style>:focus{outline:none}</style><a href='#x' autofocus>go</a>", "unseen()", "<a>"),
    ],
)
def test_a_fault_is_found(browser: Browser, tmp_path: Path, body: str, question: str, found: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(PLAIN.format(body))
    with opened(browser, page) as tab:
        tab.evaluate("document.querySelector('[autofocus]')?.focus()")
        assert any(found in one for one in tab.ask(question)), tab.ask(question)


def test_a_good_page_has_none_of_them(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PLAIN.format(GOOD))
    questions = ("landmarks", "headings", "tables", "drawings", "doubleIds", "jumpers", "stuck", "sideways", "cutOff")
    with opened(browser, page) as tab:
        assert {one: tab.ask(f"{one}()") for one in questions} == {one: [] for one in questions}
        assert tab.ask("faint(4.5)") == []
        tab.press_tab()
        assert tab.ask("where()") == tab.ask("order()") == ["0"]
        assert tab.ask("unseen()") == []


def test_what_a_page_fetches_and_complains_of_is_seen(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PLAIN.format("<img src='missing.png'><script>console.error('oh'); nothing();</script>"))
    with opened(browser, page) as tab:
        tab.evaluate("new Promise((done) => setTimeout(done, 200))")
        assert [url.rpartition("/")[2] for url in tab.loads()] == ["missing.png"]
        assert any("oh" in one for one in tab.complaints())
        assert any("nothing is not defined" in one for one in tab.complaints())


def test_paper_and_dark_are_really_asked_for(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    style = "p{color:red}@media print{p{color:green}}@media (prefers-color-scheme: dark){p{color:blue}}"
    page.write_text(PLAIN.format(f"<style>{style}</style><p>words</p>"))
    colour = "getComputedStyle(document.querySelector('p')).color"
    with opened(browser, page) as tab:
        assert tab.evaluate(colour) == "rgb(255, 0, 0)"
        tab.show(scheme="dark")
        assert tab.evaluate(colour) == "rgb(0, 0, 255)"
        tab.show(medium="print")
        assert tab.evaluate(colour) == "rgb(0, 128, 0)"
