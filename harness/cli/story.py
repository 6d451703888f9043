"""What a scenario will be judged by, found out by telling it to nobody."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

from harness.controls import Control
from harness.drill.catalog import DrillInfo
from harness.drill.intent import Intent
from harness.drill.plan import compose
from harness.drill.refusal import demand_controls
from harness.drill.targets import told_targets, under_policy
from harness.drill.told import read_intent
from harness.errors import SpecError
from harness.providers.seam import Fidelity
from harness.spec import LabSpec
from harness.spec.policy import Policy


def planned(info: DrillInfo, lab: LabSpec, policy: Policy | None = None) -> dict[str, Any]:
    """The plan of a drill on container machines; its scenario is loaded, but nothing is made."""
    intent = intent_of(info, lab)
    judged = under_policy(intent, info.name, policy)
    return {**compose(judged, lab, Fidelity.CONTAINER), **told_targets(intent, info.name, policy)}


def intent_of(info: DrillInfo, lab: LabSpec) -> Intent:
    """What a drill intends; a scenario that cannot be loaded or told is a SpecError."""
    story = _load(info)
    marks = {mark.name: mark for mark in getattr(story, "pytestmark", ())}
    endpoint = marks["lab"].kwargs.get("endpoint", "shared") if "lab" in marks else "shared"
    try:
        return read_intent(story, lab, shared_endpoint=endpoint == "shared")
    except SpecError:
        raise
    except Exception as bad:
        raise SpecError(f"The scenario '{info.name}' breaks off: {type(bad).__name__}: {bad}") from bad


def controls_of(info: DrillInfo) -> tuple[Control, ...]:
    """What a scenario says that it is evidence for; a control that nobody knows is a SpecError."""
    story = _load(info)
    module = getattr(story, "__globals__", {}).get("pytestmark", ())
    marks = (*getattr(story, "pytestmark", ()), *(module if isinstance(module, list | tuple) else (module,)))
    return demand_controls(info.name, (name for mark in marks if mark.name == "controls" for name in mark.args))


def _load(info: DrillInfo) -> Callable[..., Any]:
    spec = importlib.util.spec_from_file_location(info.file.stem, info.file)
    if spec is None or spec.loader is None:
        raise SpecError(f"The scenario '{info.file}' cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as bad:
        raise SpecError(f"The scenario '{info.file}' cannot be loaded: {type(bad).__name__}: {bad}") from bad
    story: Callable[..., Any] = getattr(module, info.function)
    return story
