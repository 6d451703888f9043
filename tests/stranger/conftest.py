from __future__ import annotations

#: Installed by a test, and performed from where it was installed.
collect_ignore = ["package"]
