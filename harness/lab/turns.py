"""What may go on side by side, and goes one after the other where time is simulated."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from harness.clock import Clock, HostClock

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


class InTurn(Executor):
    """Does everything at once when it is handed in: a simulated clock is moved by whoever waits, one at a time."""

    def submit(self, fn: Callable[_Given, _Result], /, *args: _Given.args, **kwargs: _Given.kwargs) -> Future[_Result]:
        """Do it now; what it raises waits in the future."""
        done: Future[_Result] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 -- raised again by whoever wants the result
            done.set_exception(error)
        return done


class SideBySide(ThreadPoolExecutor):
    """Threads that are waited for, unless the block broke off: then what they wait for goes with the lab."""

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Wait for the threads of a block that went well."""
        self.shutdown(wait=kind is None, cancel_futures=kind is not None)


def side_by_side(clock: Clock, workers: int) -> Executor:
    """Threads on real machines; on simulated ones each thing in its turn, so that every run is the same."""
    return SideBySide(max_workers=workers) if isinstance(clock, HostClock) else InTurn()
