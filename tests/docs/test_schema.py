"""The schema that editors complete kubedrill.toml by is that of what Kubedrill reads."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

from harness.spec.settings import Settings

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "kubedrill.schema.json"


def test_the_published_schema_is_the_one_of_the_settings() -> None:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Settings.model_json_schema()}
    if os.environ.get("KUBEDRILL_WRITE_GOLDEN"):
        PUBLISHED.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
    assert json.loads(PUBLISHED.read_text()) == schema, "KUBEDRILL_WRITE_GOLDEN=1 writes it anew"


def test_the_example_in_the_page_about_configuration_can_be_used() -> None:
    page = (PUBLISHED.parent / "configuration.md").read_text()
    example = tomllib.loads(page.split("```toml\n", 1)[1].split("```", 1)[0])
    settings = Settings.model_validate(example)
    assert settings.policy is not None
    assert settings.policy.drills["os-disk-swap"].every_days == 7
    # What stands above the policy are the defaults.
    assert settings.model_copy(update={"policy": None, "kubernetes": None}) == Settings()
