"""What the tests say of one mutant."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.graft import NoPlaceError, graft, sow
from tests.mutants.mutant import Mutant
from tests.mutants.switches import Switch


@dataclass(frozen=True, slots=True)
class Told:
    """The test that noticed, if one did; or why nothing could be tried."""

    by: str = ""
    unplaced: str = ""
    stumbled: str = ""


def live(root: Path, one: Mutant, items: Sequence[pytest.Item]) -> Told:
    """Put it into the modules that are imported, and run these tests until one fails."""

    def work() -> Told:
        graft(root, one)
        return Told(by=first_failing(items))

    return guarded(work)


def turned(one: Switch, items: Sequence[pytest.Item]) -> Told:
    """Turn it, and run these tests until one fails."""

    def work() -> Told:
        one.turn()
        return Told(by=first_failing(items))

    return guarded(work)


def anew(root: Path, one: Mutant, paths: Sequence[str], wanted: Sequence[str], known: frozenset[str]) -> Told:
    """Import everything again with the mutant in it, and run these tests until one fails."""

    def work() -> Told:
        try:
            sow(root, one)
        except NoPlaceError:
            raise
        except Exception as bad:  # noqa: BLE001
            return Told(by=f"(cannot be imported: {type(bad).__name__})")
        listening = _Listening(tuple(wanted), known)
        pytest.main([*OPTIONS, "-x", *paths], plugins=[listening])
        return Told(by=listening.failed)

    return guarded(work)


#: How the tests are collected: nothing is written, and nothing is left to chance.
OPTIONS = ("-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly", "--disable-warnings")


def first_failing(items: Sequence[pytest.Item]) -> str:
    """The first of these tests that fails."""
    for place, item in enumerate(items):
        after = items[place + 1] if place + 1 < len(items) else None
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=after)):
            return item.nodeid
    return ""


def guarded(work: Callable[[], Told]) -> Told:
    """A stumble of the tool must never be taken for a test that noticed."""
    try:
        return work()
    except NoPlaceError as none:
        return Told(unplaced=str(none))
    except Exception:  # noqa: BLE001
        return Told(stumbled=traceback.format_exc())


class _Listening:
    """Keeps to the tests that are wanted, or that nobody knew before, in the order in which they are wanted."""

    def __init__(self, wanted: tuple[str, ...], known: frozenset[str]) -> None:
        self._rank = {name: rank for rank, name in enumerate(wanted)}
        self._known = known
        self.failed = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the others out."""
        kept = [item for item in items if item.nodeid in self._rank or item.nodeid not in self._known]
        items[:] = sorted(kept, key=lambda item: self._rank.get(item.nodeid, len(self._rank)))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What cannot be imported any more has noticed as well."""
        if report.failed:
            self.failed = self.failed or f"{report.nodeid} (cannot be collected)"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the first that failed."""
        if report.failed:
            self.failed = self.failed or report.nodeid
