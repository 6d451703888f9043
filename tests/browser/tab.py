"""One page in a browser: as wide as asked, light or dark, on a screen or on paper."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.pipe import Browser

_AUDIT = Path(__file__).with_name("audit.js").read_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A page that is open."""

    browser: Browser
    session: str
    url: str

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Have one thing done in the page."""
        return self.browser.call(method, self.session, **params)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of the page's own."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def ask(self, question: str) -> list[str]:
        """What one question of audit.js finds."""
        found = self.evaluate(f"(() => {{ {_AUDIT}\nreturn {question}; }})()")
        assert isinstance(found, list)
        return found

    def size(self, width: int, height: int = 1000) -> None:
        """Make the window so large."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def show(self, *, scheme: str = "light", medium: str = "screen") -> None:
        """Ask for a colour scheme, and for a screen or paper."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=medium, features=features)

    def press_tab(self) -> None:
        """Press the key that moves the focus."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)

    def picture(self, path: Path) -> None:
        """Keep what it looks like, all of it."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def pdf(self) -> bytes:
        """The page as it is printed."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])

    def loads(self) -> list[str]:
        """Every address that was asked for, other than the page itself."""
        asked = [one["params"]["request"]["url"] for one in self._told("Network.requestWillBeSent")]
        return [url for url in asked if url != self.url]

    def complaints(self) -> list[str]:
        """What the page's console says."""
        said = [one["params"]["entry"]["text"] for one in self._told("Log.entryAdded")]
        said += [str(one["params"]["args"]) for one in self._told("Runtime.consoleAPICalled")]
        return said + [str(one["params"]["exceptionDetails"]) for one in self._told("Runtime.exceptionThrown")]

    def _told(self, method: str) -> list[dict[str, Any]]:
        return [
            one for one in self.browser.events if one.get("method") == method and one.get("sessionId") == self.session
        ]


@contextlib.contextmanager
def opened(browser: Browser, page: Path) -> Iterator[Tab]:
    """A tab with a file, as long as the block lasts."""
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    tab = Tab(browser=browser, session=session, url=page.as_uri())
    try:
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            tab.call(f"{domain}.enable")
        tab.size(1200)
        tab.show()
        tab.call("Page.navigate", url=tab.url)
        browser.wait_for("Page.loadEventFired", session)
        yield tab
    finally:
        browser.call("Target.closeTarget", targetId=target)
