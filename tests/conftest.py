"""What is collected at all."""

from __future__ import annotations

import importlib.util

from hypothesis import settings

#: Hypothesis would fail an example for 200 ms of wall time, which on a busy host says nothing of the code.
settings.register_profile("kubedrill", deadline=None)
settings.load_profile("kubedrill")

#: These import the library; `make test` says so where it leaves them out.
collect_ignore = [] if importlib.util.find_spec("libvirt") else ["libvirt", "real/test_libvirt.py"]
