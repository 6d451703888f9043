"""`python -m tests.browser` ends with 0 where there is a browser for these tests."""

from __future__ import annotations

import sys

from tests.browser.pipe import find_browser

sys.exit(find_browser() is None)
