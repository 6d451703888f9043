"""The last door: whatever goes wrong leaves as one sentence and the promised exit status."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import typer

from harness.cli.console import remarks
from harness.cli.exit_status import ExitStatus
from harness.errors import LabError, SpecError, explain
from harness.ownership import cache_root
from harness.shortage import shortage


class Interruption(BaseException):
    """A signal told us to stop; like KeyboardInterrupt it is no error that anybody handles on the way."""

    def __init__(self, number: int) -> None:
        super().__init__(f"signal {number}")
        self.number = number


def guarded(command: Callable[[], object]) -> int:
    """Run the command, and turn every way to end into an exit status."""
    try:
        result = command()
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; Python must not complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.PASSED
    except (KeyboardInterrupt, typer.Abort):
        _say("Interrupted.")
        return ExitStatus.INTERRUPTED
    except Interruption as told:
        _say("Interrupted.")
        return ExitStatus.of_signal(told.number)
    except Exception as error:  # noqa: BLE001  what is ours to answer for ends here, never in a traceback
        return _told(error)
    return result if isinstance(result, int) else ExitStatus.PASSED


def _told(error: Exception) -> int:
    if _is_usage(error):
        _say(_usage(error))
        return ExitStatus.USAGE
    if isinstance(error, SpecError):
        _say(explain(error))
        return ExitStatus.USAGE
    if _all_lab(error):
        _say(explain(error))
        return ExitStatus.CANNOT_TELL
    if told := shortage(error):
        _say(f"{told}.")
        return ExitStatus.CANNOT_TELL
    where = _keep_traceback(error)
    _say(f"Kubedrill itself failed: {type(error).__name__}: {error}\nThe traceback is in '{where}'; please report it.")
    return ExitStatus.CANNOT_TELL


def _all_lab(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_all_lab(member) for member in error.exceptions)
    return isinstance(error, LabError)


def _is_usage(error: Exception) -> bool:
    # Newer typers carry a click of their own, so only the shape of its exceptions can be relied on.
    return hasattr(error, "format_message")


def _usage(error: Exception) -> str:
    sentence = str(error.format_message())  # type: ignore[attr-defined]
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "kubedrill"
    return f"{sentence.rstrip('.')}\nTry `{path} --help`."


def _say(text: str) -> None:
    remarks().print(f"kubedrill: {text}", style=None, markup=False, soft_wrap=True)


def _keep_traceback(error: Exception) -> Path:
    text = "".join(traceback.format_exception(error))
    name = f"crash-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    try:
        folder = cache_root() / "crashes"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    except (OSError, LabError):
        folder = Path(tempfile.mkdtemp(prefix="kubedrill-"))
        (folder / name).write_text(text)
    return folder / name
