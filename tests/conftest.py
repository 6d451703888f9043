"""What is collected at all."""

from __future__ import annotations

import importlib.util

#: These import the library; `make test` says so where it leaves them out.
collect_ignore = [] if importlib.util.find_spec("libvirt") else ["libvirt", "real/test_libvirt.py"]
