"""Leave a heartbeat at its places; what goes wrong there is said, and changes nothing else."""

from __future__ import annotations

import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import timedelta
from http.client import HTTPException
from typing import Any

from harness.cli.exit_status import ExitStatus
from harness.cli.heartbeat.beat import Beat
from harness.cli.heartbeat.place import FilePlace, Place, UrlPlace
from harness.errors import LabError, explain
from harness.report.files import replace_file

#: A run that is over does not wait longer for whoever wants to know of it.
DEADLINE = timedelta(seconds=10)
_TRIES = 2


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """What is sent elsewhere has not arrived: a login page would answer it too."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""
        return


def leave(beat: Beat, places: Sequence[Place], deadline: timedelta = DEADLINE) -> tuple[str, ...]:
    """Leave the heartbeat everywhere, and return what went otherwise than one might expect.

    None of it changes the exit status: that one is about the restore, and whoever waits for a heartbeat that did not
    come turns red without our help.
    """
    return tuple(remark for place in places for remark in _left(beat, place, deadline))


def _left(beat: Beat, place: Place, deadline: timedelta) -> Iterator[str]:
    if isinstance(place, FilePlace):
        try:
            replace_file(place.path, beat.render())
        except LabError as refused:
            yield f"The heartbeat was not written: {explain(refused)}"
        return
    if beat.why_no_proof:
        yield f"No heartbeat was sent to '{place.shown}': {beat.why_no_proof}."
    elif beat.status != ExitStatus.PASSED and not place.takes_status:
        # Most watchers take any request for good news, whatever its body says.
        yield f"No heartbeat was sent to '{place.shown}', because only silence is bad news there."
    elif trouble := _sent(beat, place, deadline):
        yield f"The heartbeat did not reach '{place.shown}': {trouble}. Whoever waits for it there will miss this run."


def _sent(beat: Beat, place: UrlPlace, deadline: timedelta) -> str:
    """Send it, and return why it did not arrive; in a thread, because looking a name up knows no deadline."""
    answers: queue.SimpleQueue[str] = queue.SimpleQueue()
    request = urllib.request.Request(
        place.with_status(beat.status),
        data=beat.render(),
        headers={"Content-Type": "application/json", "User-Agent": "kubedrill"},
    )
    seconds = deadline.total_seconds()
    worker = threading.Thread(target=lambda: answers.put(_asked(request, seconds)), daemon=True)
    worker.start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        return f"there was no answer within {seconds:g} s"


def _asked(request: urllib.request.Request, seconds: float) -> str:
    trouble = ""
    opener = urllib.request.build_opener(_NoRedirection)
    for _ in range(_TRIES):
        try:
            with opener.open(request, timeout=seconds):
                return ""
        except urllib.error.HTTPError as refused:
            refused.close()
            trouble = f"it answered {refused.code}"
        except urllib.error.URLError as broken:
            # The reason alone: the error itself may name the whole address.
            trouble = getattr(broken.reason, "strerror", None) or type(broken.reason).__name__
        except (OSError, HTTPException, ValueError) as broken:
            trouble = type(broken).__name__
    return trouble
