"""Ways to spoil the checks of a control plane of which one machine may go."""

from __future__ import annotations

from dataclasses import replace

from harness.facts import Moment
from harness.journal import Event, History, Kind
from tests.verdict.edits import is_fact, renumbered, without
from tests.verdict.spoils import Break, Idle, late, other

_SAME = {"holder": "master1", "number": 2, "of": "7"}
_NEW_LEASE = {"holder": "master2", "number": 3, "of": "8"}


def _is_kill(event: Event) -> bool:
    return event.kind is Kind.COMMAND and event.data["argv"][0] == "pkill"


def _killed_early(history: History) -> History:
    return renumbered([replace(one, mono=one.mono - 9) if _is_kill(one) else one for one in history.events])


def recovered_late(history: History) -> History:
    ends = [replace(e, mono=e.mono + 400) if _ends(e) else e for e in history.events]
    return renumbered(ends)


def _ends(event: Event) -> bool:
    return event.kind is Kind.RECOVERY and event.data["state"] == "end"


def _api_gone(history: History) -> History:
    fault = history.first(Kind.FAULT)
    assert fault is not None
    since = fault.mono
    return without(
        history,
        lambda one: one.kind is Kind.PROBE and one.data["probe"] == "api-write" and one.data["ok"] and one.mono > since,
    )


def _nobody_killed(history: History) -> History:
    return without(history, _is_kill)


def _nobody_asked(history: History) -> History:
    return without(history, lambda event: is_fact(event, "etcd-leadership", "cluster", Moment.DEPOSED))


BROKEN: list[Break] = [
    ("api-served", late(100.0), ("'api-write' got no answer for 10", "60.0 s are allowed")),
    ("api-served", _api_gone, ("never got an answer again",)),
    ("rto-redundancy", recovered_late, ("the RTO of 300.0 s was exceeded",)),
    ("taken-over", other("etcd-leadership", _SAME, Moment.DEPOSED), ("nobody took over from 'master1'",)),
    ("taken-over", other("etcd-leadership", _NEW_LEASE, Moment.DEPOSED), ("was 7 and is 8", "made it anew")),
    ("taken-over", _killed_early, ("until 'master2' led", "5.0 s may")),
]
VACUOUS: list[Idle] = [
    ("taken-over", _nobody_killed),
    ("taken-over", _nobody_asked),
]
