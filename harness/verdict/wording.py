"""How causes are worded, the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable

_LISTED = 4


def quoted(name: object) -> str:
    """A name as it stands in a sentence."""
    return f"'{name}'"


def listed(names: Iterable[object]) -> str:
    """Some names as part of a sentence, the many cut to a number."""
    all_names = [str(name) for name in names]
    shown, rest = all_names[:_LISTED], len(all_names) - _LISTED
    if rest > 0:
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def seconds(value: float) -> str:
    """A duration in seconds."""
    return f"{value:.1f} s"


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def changed(name: str, before: object, after: object) -> str:
    """What something was and what it is now."""
    return f"{name} was {before} and is {after}"
