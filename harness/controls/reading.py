"""The text of a data file as controls; what does not fit is said with the file and the key."""

from __future__ import annotations

import tomllib
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.controls.control import Control
from harness.errors import SpecError

#: OSCAL's tokens: no capitals by our own wish, and never a digit first.
_ID = r"^[a-z_][a-z0-9_.\-]*$"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class _Entry(_Table):
    id: str = Field(pattern=_ID)
    printed: str = Field(min_length=1)
    title: str = Field(min_length=1)
    says: str = Field(min_length=1, max_length=130, pattern=r"^[^\n]+\.$")
    source: str = Field(pattern=r"^https?://\S+$")
    checked: date | None = None
    against: str = ""


class _Framework(_Table):
    framework: str = Field(min_length=1)
    short: str = Field(pattern=r"^[A-Za-z0-9]+$")
    version: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    read: date
    controls: list[_Entry] = Field(min_length=1)


def read_framework(text: str, name: str) -> tuple[Control, ...]:
    """The controls of one framework's file."""
    try:
        told = _Framework.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as bad:
        raise SpecError(f"The controls in '{name}' are not valid TOML: {bad}") from bad
    except ValidationError as bad:
        first = bad.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SpecError(f"The controls in '{name}' cannot be used: '{key}': {first['msg'].lower()}") from bad
    return tuple(
        Control(
            id=one.id,
            printed=one.printed,
            framework=told.framework,
            short=told.short,
            version=told.version,
            title=one.title,
            says=one.says,
            source=one.source,
            read=told.read,
            checked=one.checked,
            against=one.against,
        )
        for one in told.controls
    )
