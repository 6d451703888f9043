"""The ways in which a run can go wrong, told apart by whose fault it is."""

from __future__ import annotations

from typing import TypeVar

_Error = TypeVar("_Error", bound=Exception)


class SpecError(Exception):
    """You asked for something impossible; nothing was touched (exit status 2)."""


class LabError(Exception):
    """The lab broke, so the harness cannot tell whether the restore works (exit status 3)."""


class CommandError(LabError):
    """A command that had to succeed did not."""


class DeadlineError(LabError):
    """Something that was waited for did not come in time."""


class StoodStillError(LabError):
    """A machine did not come up for a reason that has nothing to do with what lies on its disks."""


class JournalError(LabError):
    """A journal cannot be read as what it claims to be."""


def hinted(error: _Error, hint: str) -> _Error:
    """Attach what the reader can do about an error, and return the error to be raised."""
    error.add_note(hint)
    return error


_LONGEST = 4_000


def explain(error: BaseException) -> str:
    """One readable text of an error: its sentence, then its hints, innermost group members included.

    It may quote anybody's text: what a terminal would obey is taken out, and what goes on for ever is cut.
    """
    lines = [_readable(text) for text in (str(error) or type(error).__name__, *getattr(error, "__notes__", []))]
    if isinstance(error, BaseExceptionGroup):
        lines += [f"- {explain(member)}" for member in error.exceptions]
    return "\n".join(lines)


def _readable(text: str) -> str:
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return "".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in shown)
