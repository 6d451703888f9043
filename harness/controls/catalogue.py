"""The controls that come with this package, and how a scenario names them."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from harness.controls.control import Control
from harness.controls.reading import read_framework
from harness.errors import SpecError, hinted

_FOLDER = "data"


@cache
def known_controls() -> tuple[Control, ...]:
    """All controls, by framework; two of one id are an error."""
    texts = sorted(
        (one.name, one.read_text(encoding="utf-8"))
        for one in files("harness.controls").joinpath(_FOLDER).iterdir()
        if one.name.endswith(".toml")
    )
    controls = tuple(control for name, text in texts for control in read_framework(text, name))
    twice = [name for name, count in Counter(one.id for one in controls).items() if count > 1]
    if twice:
        raise SpecError(f"The control '{twice[0]}' stands twice in the data")
    return controls


def control_of(id_: str) -> Control | None:
    """The control of an id that a journal recorded; None where this version knows none of that id."""
    return _by_name().get(id_)


def named_controls(names: Iterable[str]) -> tuple[Control, ...]:
    """The controls that a scenario names, each once; a name that means none, or several, is a SpecError."""
    return tuple(dict.fromkeys(_named(name) for name in names))


def _named(name: object) -> Control:
    if not isinstance(name, str):
        raise SpecError(f"A control is named by text, such as 'CP-10', and not by {name!r}")
    found = _by_name().get(name.strip())
    if found is not None:
        return found
    several = [one.name for one in known_controls() if one.printed == name]
    if several:
        quoted = " or ".join(f"'{one}'" for one in several)
        raise hinted(SpecError(f"The control '{name}' is one of several frameworks"), f"Say {quoted}.")
    close = difflib.get_close_matches(name, _by_name(), n=2, cutoff=0.5)
    quoted = " or ".join(f"'{one}'" for one in close)
    error = SpecError(f"There is no control '{name}'")
    raise hinted(error, f"Did you mean {quoted}?" if close else "docs/compliance.md lists them all.")


@cache
def _by_name() -> dict[str, Control]:
    """By id, by framework and print, and by print alone where only one framework prints it."""
    printed = Counter(one.printed for one in known_controls())
    alone = {one.printed: one for one in known_controls() if printed[one.printed] == 1}
    both = {name: one for one in known_controls() for name in (one.id, one.name)}
    return {**alone, **both}
