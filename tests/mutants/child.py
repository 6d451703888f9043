"""A forked child that does one thing, tells its answer, and ends."""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import select
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

#: Beside what this process has already.
_MORE_MEMORY = 2 * 1024**3
#: How much longer than its share of the processor a child may take by the clock, where others work as well.
_PATIENCE = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child told, or why it told nothing."""

    told: Any = None
    #: `""`, `deadline` or `crash`.
    died: str = ""


@dataclass(slots=True)
class Child:
    """One that is at work."""

    pid: int
    pipe: int
    until: float
    told: bytes = b""

    def end(self) -> Answer:
        """Its answer; whoever has not told one is gone."""
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
            return Answer(died="deadline")
        if status != 0 or not self.told:
            return Answer(died="crash")
        return Answer(told=pickle.loads(self.told))


def fork(work: Callable[[], Any], seconds: float) -> Child:
    """Let a child do it in so many seconds of the processor."""
    reads, writes = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writes)
        return Child(pid, reads, time.monotonic() + _PATIENCE * seconds)
    status = 1
    try:
        os.close(reads)
        _bounded(seconds)
        _silent()
        answer = pickle.dumps(work())
        with open(writes, "wb", closefd=False) as pipe:
            pipe.write(answer)
        status = 0
    finally:
        # Nothing that the parent would do at its end is done twice.
        os._exit(status)


def _bounded(seconds: float) -> None:
    for sort, more in ((resource.RLIMIT_CPU, int(seconds) + 1), (resource.RLIMIT_AS, _held() + _MORE_MEMORY)):
        _, most = resource.getrlimit(sort)
        resource.setrlimit(sort, (more, most))


def _held() -> int:
    with open("/proc/self/statm") as told:  # noqa: PTH123
        return int(told.read().split()[0]) * resource.getpagesize()


def _silent() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for file in (0, 1, 2):
        os.dup2(nowhere, file)


def work_off(tasks: Iterator[tuple[Any, Callable[[], Any], float]], workers: int) -> Iterator[tuple[Any, Answer]]:
    """Let so many children at a time do what is to be done; the answers come as they are told."""
    busy: dict[int, tuple[Any, Child]] = {}
    try:
        while True:
            while len(busy) < workers and (task := next(tasks, None)) is not None:
                name, work, seconds = task
                child = fork(work, seconds)
                busy[child.pipe] = name, child
            if not busy:
                return
            yield from _heard(busy)
    finally:
        for _, child in busy.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
            child.end()


def _heard(busy: dict[int, tuple[Any, Child]]) -> Iterator[tuple[Any, Answer]]:
    ready, _, _ = select.select(list(busy), [], [], 1)
    for pipe in ready:
        part = os.read(pipe, 1 << 20)
        name, child = busy[pipe]
        child.told += part
        if not part:
            del busy[pipe]
            yield name, child.end()
    for _, child in busy.values():
        if time.monotonic() > child.until:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)
