"""What pytest calls: a scenario becomes a drill, and its verdict becomes the test's outcome."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from harness.drill import Drill
from harness.errors import SpecError, explain
from harness.pytest_plugin.options import Options, add_options, asked_cells, settle_run
from harness.pytest_plugin.performance import Performance, controls_of, drill_name
from harness.pytest_plugin.scenario_host import give_host

_PR_SET_PDEATHSIG = 1
_PERFORMANCE = pytest.StashKey[Performance]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, settle the run's id, and make a polite kill release everything like Ctrl-C."""
    config.addinivalue_line(
        "markers",
        "lab(shape, endpoint='shared', customised=False, encrypted=False, leaves_last=None, etcd_quota_mib=None, "
        "sidecar=False): the machines that a drill needs",
    )
    config.addinivalue_line(
        "markers", "controls(*names): what a drill is evidence for once it has passed, such as 'CP-10' or 'DORA 12(3)'"
    )
    settle_run(config)
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _interrupt)
    if hasattr(config, "workerinput"):
        _end_with_parent()


def _end_with_parent() -> None:
    """A worker whose pytest was killed tears down at once; else it would perform its drill on for five seconds."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Where cells of the matrix are asked for, a scenario is performed once for each of its cells."""
    cells = asked_cells(metafunc.config)
    if cells and "drill" in metafunc.fixturenames:
        drill = drill_name(metafunc.function.__name__)
        metafunc.parametrize("drill", [cell.sabotage for cell in cells if cell.drill == drill], indirect=True)


@pytest.fixture
def drill(request: pytest.FixtureRequest) -> Iterator[Drill]:
    """The drill of the scenario, with its cluster built and its witness watching."""
    performance = Performance(request.node, Options.of(request.config), spoiled=getattr(request, "param", None))
    request.node.stash[_PERFORMANCE] = performance
    yield performance.begin()
    performance.end(None)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, obj: object) -> None:
    """Where there is a scenario, `host` is the drill's; pytest-testinfra has a fixture of this name for all others."""
    if any(mark.name == "lab" for mark in getattr(obj, "pytestmark", ())):
        give_host(collector)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a control that nobody knows before any drill begins."""
    for item in items:
        try:
            controls_of(item)
        except SpecError as unknown:
            raise pytest.UsageError(explain(unknown)) from unknown


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """After the story the drill is closed and judged, and its verdict is the outcome of the test."""
    try:
        result = yield
    except BaseException:
        _end(pyfuncitem, sys.exc_info()[1])
        raise
    _end(pyfuncitem, None)
    return result


def _end(item: pytest.Function, error: BaseException | None) -> None:
    performance = item.stash.get(_PERFORMANCE, None)
    if performance is not None:
        performance.end(error)
        if error is None:
            performance.announce()
