"""The fixture `host` of modules with scenarios; elsewhere it stays the one of pytest-testinfra."""

from __future__ import annotations

from typing import Any

import pytest
import testinfra.host

from harness.drill import Drill
from harness.pytest_plugin.backend import host_over


class ScenarioHost:
    """Holds the fixture; pytest takes each holder only once, so every module gets one of its own."""

    @pytest.fixture
    def host(self, drill: Drill) -> testinfra.host.Host:
        """The first control plane, as pytest-testinfra asks it; for other machines see `drill.cluster`."""
        return host_over(drill.cluster.master)


def give_host(collector: pytest.Module | pytest.Class) -> None:
    """Let the scenarios of a module have `host`: what belongs to a module goes before what plugins bring."""
    fixtures: Any = collector.session._fixturemanager
    try:
        fixtures.parsefactories(holder=ScenarioHost(), node=collector)
    except TypeError:  # before pytest 9
        fixtures.parsefactories(ScenarioHost(), collector.nodeid)
