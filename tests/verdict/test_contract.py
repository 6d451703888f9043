"""Words that scripts rely on, and what may not be planned."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any

import pytest

from harness.errors import SpecError
from harness.journal import Kind
from harness.verdict import Outcome, Word, judge, planned
from harness.verdict.catalogue import check_named
from harness.verdict.plan import Planned, build
from harness.verdict.verdict import SCHEMA_VERSION
from harness.verdict.wording import changed, counted, listed, quoted, seconds
from tests.verdict.edits import edited, without
from tests.verdict.findings import PASSED

PLAN: list[dict[str, Any]] = [line for line in PASSED.events[1].data["checks"] if line["required"]]


def of_many(line: dict[str, Any]) -> list[tuple[str, Any]]:
    """The parameters of a planned check that name several things, given or not."""
    kind = check_named(line["check"])
    assert kind is not None
    check = build(kind, line["params"])
    known = [(field.name, getattr(check, field.name)) for field in dataclasses.fields(check)]  # type: ignore[arg-type]
    return [(name, value) for name, value in known if isinstance(value, tuple | dict)]


#: What may be empty: nothing to leave out, nobody beside the machine that is meant, or nothing made anew.
MAY_BE_EMPTY = {
    *("address-in-backup workers", "address-moved workers", "certificates remade", "fault-bit differs"),
    *("node-taints-and-labels joined", "node-taints-and-labels renamed", "objects-survived ignoring"),
    *("after-reboot ignoring", "after-reboot renamed", "after-reboot etcd", "add-ons-running renamed"),
    # No watch by its name is each that there is.
    *("workloads-untouched ignoring", "watch-continues watches"),
}
#: These know only when they are judged that there was nothing to look at.
JUDGED = {"add-ons-running namespaces", "after-reboot namespaces"}
LISTS = [(line, name, value) for line in PLAN for name, value in of_many(line)]


def test_the_words_of_a_report_are_those_that_scripts_know() -> None:
    assert [*map(str, Word)] == ["passed", "failed", "errored", "inconclusive"]
    assert [*map(str, Outcome)] == ["held", "broken", "blocked", "errored", "observed"]
    assert SCHEMA_VERSION == 1


@pytest.mark.parametrize(("line", "name", "value"), LISTS, ids=[f"{line['check']}-{name}" for line, name, _ in LISTS])
def test_a_check_that_would_look_at_nothing_cannot_be_planned_or_holds_nothing(
    line: dict[str, Any], name: str, value: Any
) -> None:
    empty = {**line["params"], name: type(value)()}
    if f"{line['check']} {name}" in MAY_BE_EMPTY:
        planned(line["check"], **empty)
        return
    if f"{line['check']} {name}" in JUDGED:
        idle = edited(PASSED, lambda e: e.kind is Kind.PLAN, checks=[planned(line["check"], **empty)])
        assert "nothing was measured" in judge(idle).findings[0].cause
        return
    with pytest.raises(SpecError, match="cannot be planned like this"):
        planned(line["check"], **empty)


@pytest.mark.parametrize("line", PLAN, ids=lambda line: line["check"])
def test_a_line_of_the_plan_says_what_tells_it_from_another_of_the_same_check(line: dict[str, Any]) -> None:
    one = Planned(**line)
    assert one.is_applicable
    assert not one.is_observed
    assert one.subject == ",".join(f"{key}={line['params'][key]}" for key in sorted(line["params"]))


def test_only_what_is_required_or_observed_is_judged() -> None:
    lines = [
        (True, "", (True, False)),
        (True, "observed: by mistake", (True, False)),
        (False, "observed: for interest", (True, True)),
        (False, "not applicable: no worker", (False, False)),
        (False, "it was observed", (False, False)),
    ]
    for required, reason, (applicable, read) in lines:
        one = Planned(check="dns", required=required, reason=reason)
        assert (one.is_applicable, one.is_observed) == (applicable, read), reason


def test_a_head_without_its_fields_is_empty_and_one_limit_is_a_list_of_it() -> None:
    def is_head(kind: Kind) -> bool:
        return kind in (Kind.DRILL, Kind.LAB)

    bare = judge(without(PASSED, lambda e: is_head(e.kind))).header
    assert (bare.run, bare.drill, bare.limits, bare.seed, bare.host) == ("", "", (), None, None)
    one = judge(edited(PASSED, lambda e: e.kind is Kind.DRILL, limits="shared kernel", seed="7", run=None)).header
    assert (one.limits, one.seed, one.run) == (("shared kernel",), None, "")
    head = judge(PASSED).header
    assert (head.run, head.drill, head.provider, head.fidelity) == (
        "20260301-030000-4242",
        "os-disk-swap",
        "container",
        "container",
    )
    assert (head.kubernetes, head.image, head.lab, head.version) == ("v1.34.4", "9b1f6c2a77d0", "1", "0.1.0")
    assert (head.seed, head.sabotage, head.claim) == (
        7,
        "",
        "A master on a fresh OS disk finds its cluster on the data disk it kept.",
    )
    assert head.limits == ("shared kernel", "no boot loader", "the disk's own write cache is not modelled")
    assert head.host == {"kernel": "6.18.0", "cpus": 2, "memory_mib": 24000}


def test_phases_are_told_from_the_beginning_of_the_drill_with_their_longest_wait() -> None:
    told = [(one.name, one.start, one.seconds, one.waiting_on) for one in judge(PASSED).phases]
    names = ["cluster", "baseline", "fault", "recovery", "judgement", "reboot", "cleanup"]
    assert [name for name, *_ in told] == names
    assert told[0] == ("cluster", 0.0, 18.7, "kubeadm init on 'master1'")
    assert told[1][3] == ""
    assert all(later[1] >= earlier[1] + earlier[2] for earlier, later in pairwise(told))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and d"),
        (["a", "b", "c", "d", "e"], "a, b, c, d and 1 more"),
        (["a", "b", "c", "d", "e", "f"], "a, b, c, d and 2 more"),
    ],
)
def test_names_are_listed_as_one_would_say_them(names: list[str], said: str) -> None:
    assert listed(names) == said


def test_numbers_and_changes_are_told_alike_everywhere() -> None:
    assert [counted(number, "pod") for number in (0, 1, 2)] == ["0 pods", "1 pod", "2 pods"]
    assert (quoted("x"), seconds(1.25), changed("it", 1, 2)) == ("'x'", "1.2 s", "it was 1 and is 2")
