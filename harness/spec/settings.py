"""What the user has written down in kubedrill.toml, or in the table [tool.kubedrill] of pyproject.toml."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from harness.errors import SpecError, explain, hinted
from harness.spec.connection import SYSTEM, check_connection
from harness.spec.place import check_path

FILE = "kubedrill.toml"
#: Of a value that cannot be used.
_SHOWN = 200
PROVIDERS = ("auto", "libvirt", "container", "vagrant", "rehearsal")

ProviderName = Literal["auto", "libvirt", "container", "vagrant", "rehearsal"]
Keep = Literal["never", "on-failure", "always"]


def _checked_path(value: str) -> str:
    try:
        return str(check_path("path", value))
    except SpecError as wrong:
        raise ValueError(str(wrong)) from wrong


_Path = Annotated[str, AfterValidator(_checked_path)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Disks(_Table):
    """How large the data disks are."""

    etcd_mib: int = Field(default=2048, ge=64, le=1024 * 1024)
    volumes_mib: int = Field(default=1024, ge=64, le=1024 * 1024)


class Libvirt(_Table):
    """Which libvirt keeps the virtual machines."""

    uri: str = SYSTEM

    @field_validator("uri")
    @classmethod
    def _check_uri(cls, uri: str) -> str:
        try:
            return check_connection(uri)
        except SpecError as wrong:
            raise ValueError(explain(wrong).replace("\n", ". ")) from wrong


class Pods(_Table):
    """The network that pods get instead of flannel: a manifest, and archives of the images that it needs."""

    manifest: _Path
    images: list[_Path] = Field(default_factory=list)


class Settings(_Table):
    """All settings; what the command line says goes before them."""

    provider: ProviderName = "auto"
    kubernetes: str | None = None
    source: str = "auto"
    workers: int = Field(default=1, ge=1, le=64)
    keep: Keep = "never"
    keep_hours: int = Field(default=4, ge=1, le=24 * 7)
    reports: _Path = "reports"
    scenarios: list[_Path] = Field(default_factory=list)
    disks: Disks = Field(default_factory=Disks)
    libvirt: Libvirt = Field(default_factory=Libvirt)
    pods: Pods | None = None


def load_settings(folder: Path) -> Settings:
    """The settings of a project folder: kubedrill.toml if it is there, else [tool.kubedrill], else the defaults."""
    own, project = folder / FILE, folder / "pyproject.toml"
    if own.is_file():
        return _checked(_read(own), own, "")
    if project.is_file():
        tool = _read(project).get("tool", {})
        table = tool.get("kubedrill", {}) if isinstance(tool, dict) else {}
        return _checked(table, project, "tool.kubedrill.")
    return Settings()


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except (ValueError, RecursionError) as bad:
        raise SpecError(f"The file '{path}' is not valid TOML: {bad}") from bad
    except OSError as bad:
        raise SpecError(f"The file '{path}' cannot be read: {bad.strerror}") from bad


def _checked(table: object, path: Path, prefix: str) -> Settings:
    try:
        return Settings.model_validate(table)
    except ValidationError as bad:
        first = bad.errors(include_url=False)[0]
        key = prefix + ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise _unknown_key(path, key, first["loc"]) from bad
        said = "It must be a table" if first["type"] == "model_type" else first["msg"].removeprefix("Value error, ")
        what = f"the key '{key}' is {_short(first['input'])}" if first["loc"] else "it is not a table"
        raise SpecError(f"In the file '{path}' {what}, which cannot be used: {said[:1].lower()}{said[1:]}") from bad


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def _unknown_key(path: Path, key: str, location: tuple[int | str, ...]) -> SpecError:
    table: type[BaseModel] = Settings
    for part in location[:-1]:
        inner = table.model_fields[str(part)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            table = inner
    known = sorted(table.model_fields)
    close = difflib.get_close_matches(str(location[-1]), known, n=1)
    hint = f"Did you mean '{close[0]}'?" if close else f"Known there: {', '.join(known)}."
    return hinted(SpecError(f"The file '{path}' has the unknown key '{key}'"), hint)
