"""What is collected at all."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import settings

#: Hypothesis would fail an example for 200 ms of wall time, which on a busy host says nothing of the code.
settings.register_profile("kubedrill", deadline=None)
settings.load_profile("kubedrill")

#: What imports a library that only its provider needs.
_NEEDS = {
    "libvirt": ("libvirt",),
    "real/test_libvirt.py": ("libvirt",),
    "real/test_vagrant.py": ("libvirt", "vagrant"),
}
_MISSING = {
    path: missing
    for path, needed in _NEEDS.items()
    if (missing := [one for one in needed if importlib.util.find_spec(one) is None])
}
collect_ignore = list(_MISSING)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what real machines were not asked for: whoever reads of passes should not believe in more of them."""
    if config.option.markexpr != "real":
        return
    for path, missing in _MISSING.items():
        if path.startswith("real/"):
            terminalreporter.write_line(
                f"Not run: tests/{path}, because of {' and '.join(missing)}, not installed here."
            )
