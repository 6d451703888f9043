"""YAML by libyaml, for texts of our own only: nesting without end, which pure Python refuses, breaks the process here.

In pure Python, YAML was more than half of the work of a rehearsal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from yaml import SafeDumper, SafeLoader
else:
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    SafeDumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def load_yaml(text: str | bytes) -> Any:
    """The only document of a text."""
    return yaml.load(text, Loader=SafeLoader)


def load_yamls(text: str | bytes) -> Iterator[Any]:
    """Each document of a text."""
    return yaml.load_all(text, Loader=SafeLoader)


def dump_yaml(document: object) -> str:
    """One document as text."""
    written: str = yaml.dump(document, Dumper=SafeDumper)
    return written
