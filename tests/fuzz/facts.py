"""The readers of what machines answer: one for each fact."""

from __future__ import annotations

from collections import defaultdict

from harness.facts import FACTS, Fact, Output
from harness.journal import Event, Kind
from harness.verdict.record import UntoldError, read_fact
from tests.fuzz.answers import ANSWERS
from tests.fuzz.parser import Parser, Parts
from tests.verdict import story

PASSED = story.passed()
#: YAML is read by Python itself, a thousand times as slowly as JSON.
_SLOW = frozenset({"kubeadm-config", "kube-proxy-config", "kubelet-config", "etcd-data-dir", "etcd-containers"})
_SLOWER = frozenset({"certificates", "snapshot-authorities"})


def recorded() -> dict[str, tuple[Parts, ...]]:
    """Status, standard output and standard error of each fact, by its name."""
    found: dict[str, dict[Parts, None]] = defaultdict(dict)
    for event in PASSED.events:
        if event.kind is Kind.FACT:
            found[event.data["fact"]][_parts(event)] = None
    for name, answers in ANSWERS.items():
        found[name].update(dict.fromkeys(answers))
    return {name: tuple(parts) for name, parts in found.items()}


def _parts(event: Event) -> Parts:
    return int(event.data["status"]), str(event.data["stdout"]), str(event.data.get("stderr") or "")


def _reader(fact: Fact[object], answers: tuple[Parts, ...]) -> Parser:
    def read(status: int, stdout: str, stderr: str) -> object:
        return fact.parse(Output(status=status, stdout=stdout, stderr=stderr))

    return Parser(
        name=f"fact {fact.name}",
        corpus=answers,
        read=read,
        # The promise of a fact: what holds no answer is a ValueError that says what it saw.
        refusals=(ValueError,),
        weight=0.15 if fact.name in _SLOW | _SLOWER else 1.0,
        is_shown=False,
    )


def _judged(fact: str, status: int, stdout: str, stderr: str) -> object:
    """As the judge reads it; then its refusal is a sentence of the report."""
    asked = next(one for one in FACTS if one.name == fact)
    data = {
        "fact": fact,
        "subject": "master1",
        "moment": "before",
        "status": status,
        "stdout": stdout,
        "stderr": stderr,
    }
    return read_fact(asked, Event(seq=0, at=PASSED.events[0].at, mono=0.0, kind=Kind.FACT, data=data))


def fact_parsers() -> tuple[Parser, ...]:
    """All of them; a fact without an answer that it can read is refused when the fuzzing begins."""
    answers = recorded()
    corpus = tuple((name, *one) for name, parts in answers.items() if name not in _SLOW | _SLOWER for one in parts)
    judged = Parser(
        name="a fact as the judge reads it",
        corpus=corpus,
        read=_judged,
        refusals=(UntoldError,),
        weight=8.0,
        damage=lambda parts, chance: (parts[0], *Parser(name="", corpus=(parts[1:],), read=repr).some_input(chance)),
    )
    return (*(_reader(fact, answers[fact.name]) for fact in FACTS), judged)
