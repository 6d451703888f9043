"""Processes that go on from here, one at a time, each with files of its own under the names that they have here."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import pickle
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from harness.ownership.lease import LOCK, OWNER, identity


class Forks:
    """The children of one process, which share with it all that it has done until they parted, and nothing after."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        #: What the children told, in the order in which they parted.
        self.told: list[Any] = []
        #: With which status those ended that told nothing.
        self._lost: list[int] = []
        self._way = -1

    def part(self) -> bool:
        """Whether this is the child; the parent is told so when its child has ended."""
        asleep = self._folder.with_name(f"{self._folder.name}.asleep")
        # What is open stays open under another name, and the child finds the old names free.
        self._folder.rename(asleep)
        way, end = os.pipe()
        # What the collector never looks at stays one with the parent's memory.
        gc.freeze()
        child = os.fork()
        if child == 0:
            os.close(way)
            self._way = end
            with self._dying_loudly():
                shutil.copytree(asleep, self._folder, symlinks=True)
                _open_anew(asleep, self._folder)
            return True
        os.close(end)
        try:
            with os.fdopen(way, "rb") as told:
                content = told.read()
        except BaseException:
            os.kill(child, signal.SIGKILL)
            raise
        finally:
            _, status = os.waitpid(child, 0)
            gc.unfreeze()
            shutil.rmtree(self._folder, ignore_errors=True)
            asleep.rename(self._folder)
        if content:
            self.told.append(pickle.loads(content))
        else:
            self._lost.append(os.waitstatus_to_exitcode(status))
        return False

    def end_with(self, work: Callable[[], Any]) -> Any:
        """What came of the work; a child tells it to its parent, and is no more."""
        with self._dying_loudly():
            done = work()
            if self._way >= 0:
                with os.fdopen(self._way, "wb") as way:
                    pickle.dump(done, way)
                os._exit(0)
        if self._lost:
            raise RuntimeError(f"A drill's process ended with status {self._lost[0]} and told nothing")
        return done

    @contextlib.contextmanager
    def _dying_loudly(self) -> Iterator[None]:
        """A child never goes on with what its parent was about to do."""
        try:
            yield
        except BaseException:
            if self._way < 0:
                raise
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)


def _open_anew(before: Path, after: Path) -> None:
    """Let each file that is open in a folder be its copy, by the same number and at the same place."""
    for link in list(Path("/proc/self/fd").iterdir()):
        try:
            number, path = int(link.name), link.readlink()
        except FileNotFoundError:  # it was that of the list
            continue
        if path.is_relative_to(before.resolve()):
            copy = after / path.relative_to(before.resolve())
            file = os.open(copy, fcntl.fcntl(number, fcntl.F_GETFL) | os.O_CLOEXEC)
            os.lseek(file, os.lseek(number, 0, os.SEEK_CUR), os.SEEK_SET)
            os.dup2(file, number, inheritable=False)
            os.close(file)
            if copy.name == LOCK:
                _take_over(copy.parent, number)


def _take_over(lease: Path, lock: int) -> None:
    """A lease believes only the lock that it names."""
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    owner = json.loads((lease / OWNER).read_text())
    (lease / OWNER).write_text(json.dumps({**owner, "pid": os.getpid(), "lock": identity(lock)}) + "\n")
