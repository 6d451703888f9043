"""What manifests and units tell those whom they start; the same ones are read time and again."""

from __future__ import annotations

import re
from functools import lru_cache

from harness.facts.fact import Output
from harness.facts.manifest import ETCD_DATA_DIR


@lru_cache(maxsize=64)
def data_dir_in(manifest: bytes) -> str:
    """The folder of etcd's database."""
    return ETCD_DATA_DIR.parse(Output(status=0, stdout=manifest.decode()))


def flags_in(manifest: bytes | None) -> dict[str, str]:
    """Each flag and its value; none of what is not there."""
    return dict(_words(manifest or b""))


@lru_cache(maxsize=64)
def _words(manifest: bytes) -> list[tuple[str, str]]:
    return re.findall(r"--([a-z-]+)=(\S+)", manifest.decode())
