"""One drill under pytest: begun by a fixture, ended by whatever comes first."""

from __future__ import annotations

import contextlib

import pytest

from harness.controls import Control
from harness.drill import Drill, Order, Session
from harness.drill.catalog import DrillInfo
from harness.drill.cell import Cell
from harness.drill.refusal import demand_controls, demand_offered
from harness.drill.spoiling import demand_applies
from harness.drill.told import read_intent
from harness.errors import SpecError
from harness.providers import provider_named
from harness.pytest_plugin.options import Options
from harness.report import write_reports
from harness.spec import LabSpec, parse_shape
from harness.verdict import Verdict, Word


class DrillErroredError(Exception):
    """The harness cannot tell whether the restore works."""


class Performance:
    """A drill between its first and its last line."""

    def __init__(self, item: pytest.Function, options: Options, *, spoiled: str | None = None) -> None:
        self._item = item
        self._name = drill_name(item.originalname or item.name)
        self._options = options if spoiled is None else options.spoiled_with(spoiled)
        name = self._name if spoiled is None else Cell(drill=self._name, sabotage=spoiled).folder
        self._folder = options.folder / name
        self._stack = contextlib.ExitStack()
        self._ended = False
        self._verdict: Verdict | None = None

    def begin(self) -> Drill:
        """Read the story, build the lab and its cluster, and hand the drill over."""
        session = self._session()
        try:
            return self._stack.enter_context(session.running())
        except BaseException:
            self._ended = True
            self._report()
            raise

    def end(self, error: BaseException | None) -> None:
        """Take the lab down, close the journal, judge it and write the reports; the second call does nothing."""
        if self._ended:
            return
        self._ended = True
        try:
            if error is None:
                self._stack.close()
            else:
                # The session only passes the story's error on, and pytest has it already.
                with contextlib.suppress(type(error)):
                    self._stack.__exit__(type(error), error, error.__traceback__)
        finally:
            self._report()

    def announce(self) -> None:
        """Turn the verdict into pytest's outcome."""
        verdict = self._verdict
        if verdict is None:
            raise DrillErroredError("The drill has no verdict")
        if verdict.word is Word.FAILED:
            pytest.fail(f"{self._name}: {verdict.cause}", pytrace=False)
        if verdict.word is not Word.PASSED:
            raise DrillErroredError(f"{self._name} is {verdict.word}: {verdict.cause}")

    def _session(self) -> Session:
        options, function = self._options, self._item.function
        marker = self._item.get_closest_marker("lab")
        if marker is None or not marker.args:
            raise SpecError(f"The scenario '{self._item.name}' does not say its lab: put @pytest.mark.lab('1') over it")
        lab: LabSpec = parse_shape(
            marker.args[0], etcd_mib=options.disks.etcd_mib, volumes_mib=options.disks.volumes_mib
        )
        intent = read_intent(function, lab, shared_endpoint=marker.kwargs.get("endpoint", "shared") == "shared")
        provider = provider_named(options.provider, source=options.source, connect=options.connect)
        demand_offered(provider.name, self._name, intent)
        sabotage = options.chosen_sabotage()
        if sabotage is not None:
            demand_applies(sabotage, self._name, lab, intent)
        info = DrillInfo(
            name=self._name,
            claim=" ".join((function.__doc__ or self._name).split()),
            lab=lab.shape,
            file=self._item.path,
            function=function.__name__,
            controls=tuple(control.id for control in controls_of(self._item)),
        )
        order = Order(
            run=options.run,
            provider=provider,
            kubernetes=options.kubernetes,
            folder=self._folder,
            keep=options.keep,
            keep_for=options.keep_for,
            seed=options.seed,
            sabotage=sabotage,
            pods=options.pods,
            settings=options.on_record(),
            policy=options.policy,
        )
        return Session(order, info, lab, intent)

    def _report(self) -> None:
        self._verdict = write_reports(self._folder)


def controls_of(item: pytest.Item) -> tuple[Control, ...]:
    """What a scenario says that it is evidence for; a control that nobody knows is a SpecError."""
    return demand_controls(item.name, (name for mark in item.iter_markers("controls") for name in mark.args))


def drill_name(function: str) -> str:
    """The drill that a scenario's function is."""
    return function.removeprefix("test_").replace("_", "-")
