"""The readers of journals: a line, a whole one, its plan, and the judge with all reports."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from harness.cli.run.follow import Follower
from harness.journal import Event, History, Kind, parse_journal, read_journal
from harness.report.document import document, to_bytes
from harness.report.junit import junit
from harness.report.page import page
from harness.verdict import judge
from harness.verdict.plan import read_plan
from tests.fuzz.desk import laid
from tests.fuzz.facts import PASSED
from tests.fuzz.mutation import damaged_json
from tests.fuzz.parser import Parser, Parts

_LINES = tuple(event.to_line() for event in PASSED.events)
_CALM = [event for event in PASSED.events[:40] if len(event.to_line()) < 600]
_SHORT = "".join(f"{replace(event, seq=number).to_line()}\n" for number, event in enumerate(_CALM))
_SECRETS = (
    "kubeadm join 10.77.0.100:6443 --token abcdef.0123456789abcdef --certificate-key " + "ab" * 32,
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\n",
    "client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFb3dJ\n",
    '{"kind":"Secret","data":{"token-id":"YWJjZGVm","token-secret":"MDEyMzQ1Njc4OWFiY2RlZg=="}}',
    "apiVersion: v1\nkind: Secret\nstringData:\n  value: |\n    canary\n  other: x\n",
    "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ",
)


def _damaged_history(parts: Parts, chance: Random) -> Parts:
    """Lines are left out, doubled, exchanged, told by another clock, or have other fields."""
    events = list(parts[0].events)
    for _ in range(chance.choice((1, 1, 2, 3, 8, 40))):
        place, other = chance.randrange(len(events)), chance.randrange(len(events))
        event, fate = events[place], chance.random()
        if fate < 0.2 and len(events) > 1:
            del events[place]
        elif fate < 0.3:
            events.insert(other, event)
        elif fate < 0.4:
            events[place], events[other] = events[other], event
        elif fate < 0.5:
            events[place] = replace(event, mono=chance.choice((0.0, -1e9, 1e18, event.mono + 0.5)))
        elif fate < 0.6:
            events[place] = replace(event, kind=chance.choice(list(Kind)))
        else:
            told = damaged_json(dict(event.data), chance)
            events[place] = replace(event, data=told if isinstance(told, dict) else {"x": told})
    numbered = tuple(replace(event, seq=number) for number, event in enumerate(events))
    return (History(events=numbered, cut=chance.random() < 0.1),)


def _reported(history: History) -> object:
    verdict = judge(history)
    return to_bytes(document(verdict)), junit(verdict), page(verdict, history, {"master1.console.log": "\x1b[0m"})


def _read_file(content: str) -> object:
    return read_journal(laid("read/journal.jsonl", content))


def _followed(content: str) -> object:
    journal = laid("followed/a/journal.jsonl", content)
    return list(Follower(journal.parents[1]).new_events())


def _planned(history: History) -> object:
    return read_plan(history)


def journal_parsers() -> tuple[Parser, ...]:
    """All of them."""
    plan = History(events=tuple(event for event in PASSED.events if event.kind is Kind.PLAN))
    return (
        Parser(name="line of a journal", corpus=tuple((one,) for one in _LINES), read=Event.from_line, weight=12.0),
        Parser(name="journal", corpus=((_SHORT,),), read=parse_journal, weight=1.0),
        Parser(name="journal in a file", corpus=((_SHORT,),), read=_read_file, weight=0.5),
        Parser(name="journal that is still written", corpus=((_SHORT,),), read=_followed, refusals=(), weight=0.3),
        Parser(
            name="plan of a journal",
            corpus=((plan,),),
            read=_planned,
            refusals=(ValueError,),
            damage=_damaged_history,
            weight=0.5,
        ),
        # It refuses nothing: what it cannot read is a finding.
        Parser(
            name="judge and reports",
            corpus=((PASSED,),),
            read=_reported,
            refusals=(),
            damage=_damaged_history,
            weight=0.15,
        ),
        Parser(name="redaction", corpus=tuple((one,) for one in (*_SECRETS, *_LINES[:40])), read=_redacted, weight=3.0),
    )


def _redacted(text: str) -> object:
    from harness.journal import redact

    once = redact(text)
    if redact(once) != once:
        raise AssertionError(f"redacted twice it is another text: {once[:200]!r}")
    return once
