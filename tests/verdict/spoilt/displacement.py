"""Stories that break or starve the checks of workloads that have to leave their machine."""

from __future__ import annotations

import json

from harness.facts import Moment
from harness.journal import History, Kind
from tests.verdict.answers import MASTER, node, pods
from tests.verdict.edits import edited, inserted, is_fact, without
from tests.verdict.moving import BYTES, HOME, mover, movers, there
from tests.verdict.spoils import Break, Idle, Spoil, other


def pods_then(moment: str, *told: dict[str, object], less: tuple[str, ...] = ()) -> Spoil:
    """The pods at a moment, without some and with others."""
    kept = [one for one in movers(moment) if one["metadata"]["name"] not in less]
    began = "2026-03-01T03:00:50Z" if moment == Moment.REBOOTED else "2026-03-01T02:59:00Z"
    return other("pods", [*pods(began), *kept, *told], moment)


def refused(words: str) -> Spoil:
    return other("drain-refused", "", Moment.FAULTED, stderr=words)


def running(*names: str, on: str = MASTER, moment: str = Moment.RECOVERED) -> Spoil:
    """What one machine runs of them."""
    return lambda history: edited(
        history, lambda one: is_fact(one, "movers-there", on, moment), stdout=json.dumps(there(*names))
    )


def silent_for(history: History) -> History:
    """A gap in what the pair answered, while it moved."""
    probe = {"probe": "pair-read", "detail": "timed out"}
    ends = [one for one in history.events if one.kind is Kind.RECOVERY and one.data["state"] == "end"]
    last = ends[-1].mono - 2.0
    told = inserted(history, lambda one: one.seq == ends[-1].seq, Kind.PROBE, ok=False, last_ok=last, **probe)
    return inserted(told, lambda one: one.seq == ends[-1].seq + 1, Kind.PROBE, ok=True, last_ok=last, **probe)


def never_asked(history: History) -> History:
    return without(history, lambda one: one.kind is Kind.PROBE and one.data["probe"] == "pair-read")


def asked_no_more(history: History) -> History:
    """The last answer is one of before the fault, and so is the last question."""
    fault = history.first(Kind.FAULT)
    assert fault is not None
    return without(
        history, lambda one: one.kind is Kind.PROBE and one.data["probe"] == "pair-read" and one.mono > fault.mono
    )


def nodes(*, cordoned: bool = False, ready: bool = True, there: bool = True) -> Spoil:
    """The machine's Node in the end."""
    home = node(HOME, [], ready=ready)
    home["metadata"]["uid"] = f"u-{HOME}-after"
    home["spec"] |= {"unschedulable": True} if cordoned else {}
    return other("nodes", [node(MASTER, []), *([home] if there else [])])


BROKEN: list[Break] = [
    (
        "drain-refused",
        other("drain-refused", "", Moment.FAULTED, stderr="error: unable to drain node"),
        ("without naming", "--delete-emptydir-data"),
    ),
    ("requests-kept", silent_for, ("'pair-read' got no answer 1 time",)),
    ("requests-lost", silent_for, ("'pair-read' got no answer in 1 gap",)),
    (
        "moved-once",
        pods_then(Moment.ENDURED, mover("lone-1", HOME), less=("lone-1", "lone-2")),
        ("moving/lone-1 did not leave 'master2'", "of 'lone' 0 pods ran elsewhere"),
    ),
    ("moved-once", pods_then(Moment.ENDURED, mover("pair-4", MASTER)), ("of 'pair' 3 pods ran elsewhere",)),
    (
        "waits-for-machine",
        pods_then(Moment.ENDURED, mover("rooted-0", MASTER, uid="u-another"), less=("rooted-0",)),
        ("moving/rooted-0 was made anew, on 'master1'",),
    ),
    ("waits-for-machine", pods_then(Moment.ENDURED, less=("stray",)), ("'stray' is not in the API any more",)),
    (
        "doubled-meanwhile",
        running("pair-2", "lone-2", "rooted-0", moment=Moment.ENDURED),
        ("rooted-0 ran elsewhere as well",),
    ),
    (
        "doubled-meanwhile",
        running("rooted-0", on=HOME, moment=Moment.ENDURED),
        ("rooted-0 ran on 'master2', and nothing that took its place",),
    ),
    ("none-doubled", running("pair-2", "pair-3", "lone-2", "rooted-0"), ("'rooted' runs 2 times, and 1 are wanted",)),
    ("none-doubled", running("pair-2", "pair-3", "lone-2", "stray"), ("'stray' runs 1 times, and 0 are wanted",)),
    ("gone-for-good", pods_then(Moment.RECOVERED, mover("stray", HOME)), ("moving/stray is there still",)),
    ("gone-for-good", other("pod-bytes", BYTES), ("/ticks is there still",)),
    ("serves-again", nodes(cordoned=True), ("is cordoned still",)),
    ("serves-again", nodes(ready=False), ("is not Ready",)),
    ("serves-again", nodes(there=False), ("the Node 'master2' is gone",)),
    ("serves-again", pods_then(Moment.REBOOTED, less=("rooted-0",)), ("moving/rooted-0 left it",)),
]
VACUOUS: list[Idle] = [
    ("requests-kept", asked_no_more),
    ("requests-lost", asked_no_more),
    ("serves-again", pods_then(Moment.RECOVERED, less=("rooted-0",))),
    ("requests-kept", never_asked),
    ("requests-lost", never_asked),
    ("moved-once", pods_then(Moment.BEFORE, less=("lone-1",))),
    ("waits-for-machine", pods_then(Moment.BEFORE, less=("stray",))),
    ("doubled-meanwhile", running(on=HOME, moment=Moment.ENDURED)),
    ("gone-for-good", other("pod-bytes", "", Moment.BEFORE)),
]
