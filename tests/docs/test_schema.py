"""The schema that editors complete kubedrill.toml by is that of what Kubedrill reads."""

from __future__ import annotations

import json
import os
from pathlib import Path

from harness.spec.settings import Settings

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "kubedrill.schema.json"


def test_the_published_schema_is_the_one_of_the_settings() -> None:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Settings.model_json_schema()}
    if os.environ.get("KUBEDRILL_WRITE_GOLDEN"):
        PUBLISHED.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
    assert json.loads(PUBLISHED.read_text()) == schema, "KUBEDRILL_WRITE_GOLDEN=1 writes it anew"
