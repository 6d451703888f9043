"""A scenario is told with nothing behind it, to find out what it intends."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from harness.backup.scheduled import Job
from harness.backup.spoilt import Spoilt
from harness.drill.anything import Answers, Anything
from harness.drill.intent import Intent
from harness.drill.planned import PlannedCluster
from harness.errors import SpecError, hinted
from harness.facts.leadership import Office
from harness.faults import Fault
from harness.recoveries import Recovery
from harness.spec import LabSpec

#: Each assertion that wants another answer takes one more.
_ATTEMPTS = 300


class PlannedDrill:
    """Takes a scenario's words down and does nothing."""

    def __init__(self, lab: LabSpec) -> None:
        self.cluster = PlannedCluster(lab)
        self.intent = Intent()

    def baseline(self) -> object:
        """Nothing is measured yet."""
        return object()

    def issue_token(self, *, lasting: timedelta) -> None:
        """Take the token's life down."""
        self.intent.token_lasts = lasting

    def schedule(self, job: Job) -> None:
        """Take down how backups come."""
        self.intent.job = job

    def begin_upload(self) -> None:
        """Nothing is under way yet."""

    def inject(self, fault: Fault) -> None:
        """Take the fault down."""
        self.intent.faults.append(fault)

    def refuse(self, recovery: Recovery, *, each_of: Sequence[Spoilt]) -> None:  # noqa: ARG002
        """Take down what is to be refused."""
        self.intent.refused += [one.name for one in each_of]

    def endure(self, lasting: timedelta) -> None:
        """Take down how long it lasts."""
        self.intent.endures = lasting

    def stay_parted(self, lasting: timedelta) -> None:
        """Take down how long it lasts."""
        if not self.intent.isolated:
            raise SpecError("No fault cuts a control plane off from the others, so the network is not parted")
        self.intent.parted = lasting

    def recover(self, recovery: Recovery, *, within: timedelta) -> None:
        """Take the recovery and its promise down."""
        self.intent.recoveries.append(recovery)
        self.intent.within = within

    def depose(self, *offices: Office) -> None:
        """Take down whose leaders are killed."""
        self.intent.deposed += offices

    def expect_survival(self, *, of: object, losing_at_most: timedelta) -> None:  # noqa: ARG002
        """Take the promised loss down."""
        self.intent.losing_at_most = losing_at_most


def read_intent(story: Callable[..., Any], lab: LabSpec, *, shared_endpoint: bool = True) -> Intent:
    """The intent of a scenario; one that breaks off, or promises nothing, is refused before anything is touched."""
    intent, refused = _tell(story, lab)
    if intent.missing and refused is not None:
        where = traceback.extract_tb(refused.__traceback__)[-1]
        raise hinted(
            SpecError(
                f"The scenario '{story.__name__}' asserts in line {where.lineno} what nothing can answer before there "
                f"are machines: {where.line}"
            ),
            "Assert it after `drill.expect_survival`, or in a function that a fixture returns.",
        ) from refused
    if intent.missing:
        raise SpecError(f"The scenario '{story.__name__}' has no {intent.missing}, so there is nothing to judge")
    intent.shared_endpoint = shared_endpoint
    intent.customised = _asks_for(story, "customised")
    intent.encrypted = _asks_for(story, "encrypted")
    intent.leaves_last = _asked(story, "leaves_last")
    intent.etcd_quota_mib = _asked(story, "etcd_quota_mib")
    intent.sidecar = _asks_for(story, "sidecar")
    return intent


def _asks_for(story: Callable[..., Any], what: str) -> bool:
    """Whether the scenario's marker `lab` says so."""
    return bool(_asked(story, what))


def _asked(story: Callable[..., Any], what: str) -> Any:
    """What the scenario's marker `lab` says; None if it says nothing."""
    marks = (mark for mark in getattr(story, "pytestmark", ()) if mark.name == "lab")
    return next((mark.kwargs[what] for mark in marks if what in mark.kwargs), None)


def _tell(story: Callable[..., Any], lab: LabSpec) -> tuple[Intent, AssertionError | None]:
    """Let the story be told until its assertions agree with the answers; else as far as it came, and what stopped it.

    Other fixtures, such as `host`, tell of machines that are not there yet: whatever is asserted of them is so.
    """
    others = [name for name in inspect.signature(story).parameters if name != "drill"]
    answers, furthest = Answers(), (False, -1)
    for _ in range(_ATTEMPTS):
        drill = PlannedDrill(lab)
        try:
            story(drill=drill, **{name: Anything(answers) for name in others})
        except AssertionError as refused:
            came = (not drill.intent.missing, len(answers.said))
            if came > furthest:
                furthest, told, stopped = came, drill.intent, refused
        else:
            return drill.intent, None
        given = answers.otherwise()
        if given is None:
            break
        answers = Answers(given)
    return told, stopped
