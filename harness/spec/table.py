"""A table of a settings file: nothing that is not known, and nothing bent into what was meant."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """What every table of the settings has in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
