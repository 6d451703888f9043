"""The members of etcd hold the same keys."""

from __future__ import annotations

from typing import Any

import pytest

from harness.facts import Moment
from harness.journal import History, Kind
from harness.verdict import Outcome, planned
from tests.verdict import answers
from tests.verdict.answers import MASTER
from tests.verdict.edits import answering, edited, is_fact, planned_as
from tests.verdict.findings import PASSED, finding


def test_members_with_unequal_hashes_break_and_with_unequal_revisions_cannot_be_compared() -> None:
    lines = [
        {**line, "params": {**line["params"], "members": 2}} if line["check"] == "etcd-health" else line
        for line in PASSED.events[1].data["checks"]
    ]
    planned = edited(PASSED, lambda e: e.kind is Kind.PLAN, checks=lines)

    def two(history: History, hashes: tuple[int, int], revisions: tuple[int, int]) -> History:
        status = [{"Endpoint": f"https://{n}", "Status": {"header": {}, "leader": 7}} for n in (1, 2)]
        hashkv = [
            {"Endpoint": f"https://{n}", "HashKV": {"header": {}, "hash": value, "hash_revision": revision}}
            for n, (value, revision) in enumerate(zip(hashes, revisions, strict=True))
        ]
        history = edited(history, lambda e: is_fact(e, "etcd-status"), fact="etcd-status-cluster")
        history = edited(history, lambda e: is_fact(e, "etcd-hash"), fact="etcd-hash-cluster")
        history = answering(history, "etcd-status-cluster", Moment.RECOVERED, status)
        return answering(history, "etcd-hash-cluster", Moment.RECOVERED, hashkv)

    assert finding(two(planned, (5, 5), (9, 9)), "etcd-health").outcome is Outcome.HELD
    assert finding(two(PASSED, (5, 5), (9, 9)), "etcd-health").outcome is Outcome.HELD
    assert "different keys" in finding(two(planned, (5, 6), (9, 9)), "etcd-health").cause
    assert finding(two(planned, (5, 6), (8, 9)), "etcd-health").outcome is Outcome.ERRORED


def members(*told: dict[str, Any]) -> History:
    return answering(PASSED, "etcd-members", Moment.RECOVERED, {"header": {}, "members": list(told)})


def own(**changes: Any) -> dict[str, Any]:
    return {**answers.member(MASTER, "https://10.77.0.11:2380"), **changes}


@pytest.mark.parametrize(
    ("history", "cause"),
    [
        (members(own(isLearner=True)), "the member 'master1' is still a learner"),
        (members(own(peerURLs=[])), "the peer URL of 'master1' is empty, not https://10.77.0.11:2380"),
        (
            members(own(), own(name="", ID=255)),
            "the member ff, which never started, is no machine of the cluster; 2 members instead of 1",
        ),
        (
            members(own(), own(name="ghost")),
            "the member 'ghost' is no machine of the cluster; 2 members instead of 1",
        ),
        (members(own(), own()), "2 members instead of 1"),
        (
            members(own(peerURLs=["https://10.77.0.11:2380", "http://localhost:2380"])),
            "the peer URL of 'master1' is https://10.77.0.11:2380 and http://localhost:2380,"
            " not https://10.77.0.11:2380",
        ),
    ],
)
def test_a_member_that_is_not_as_it_should_be_is_told(history: History, cause: str) -> None:
    assert finding(history, "etcd-members").cause == cause


def status(*leaders: int, errors: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    told = [{"header": {}, "leader": leader} for leader in leaders]
    if errors:
        told[0]["errors"] = list(errors)
    return [{"Endpoint": f"https://{n}", "Status": one} for n, one in enumerate(told)]


def hashes(*values: int) -> list[dict[str, Any]]:
    told = [{"header": {}, "hash": value, "hash_revision": 9, "compact_revision": 1} for value in values]
    return [{"Endpoint": f"https://{n}", "HashKV": one} for n, one in enumerate(told)]


def of_all(states: object, hashed: object, **params: Any) -> History:
    """The same questions, put to all members."""
    history = edited(PASSED, lambda e: is_fact(e, "etcd-status"), fact="etcd-status-cluster")
    history = edited(history, lambda e: is_fact(e, "etcd-hash"), fact="etcd-hash-cluster")
    history = answering(history, "etcd-status-cluster", Moment.RECOVERED, states)
    return planned_as(answering(history, "etcd-hash-cluster", Moment.RECOVERED, hashed), "etcd-health", **params)


@pytest.mark.parametrize(
    ("states", "hashed", "cause"),
    [
        (status(7, 8), hashes(5, 5), "the members follow different leaders"),
        (status(7, 0), hashes(5, 5), "https://1 has no leader; the members follow different leaders"),
        (status(7, 7, errors=("corrupt",)), hashes(5, 5), "https://0 reports corrupt"),
        (status(7), hashes(5, 5), "1 of 2 members answered"),
        (status(7, 7), hashes(5), "1 of 2 members answered"),
        (status(7, 7), hashes(5, 6), "the members hold different keys: 5 on https://0 and 6 on https://1"),
        (status(7, 7), hashes(5, 5), ""),
        (status(7, 7, 7), hashes(5, 5, 5), ""),
    ],
)
def test_of_several_members_each_has_to_be_well(states: object, hashed: object, cause: str) -> None:
    assert finding(of_all(states, hashed, members=2), "etcd-health").cause == cause


def test_several_members_are_asked_all_and_one_is_enough_for_one() -> None:
    alone = planned_as(PASSED, "etcd-health", members=2)
    assert finding(alone, "etcd-health").outcome is Outcome.ERRORED
    assert finding(PASSED, "etcd-health").saw == "1 member with a leader, no alarm, equal hash"
    assert finding(of_all(status(7, 8), hashes(5, 5)), "etcd-health").outcome is Outcome.BROKEN


def revision(at: int, moment: str, *more: int) -> History:
    told = [{"Endpoint": f"https://{n}", "Status": {"header": {"revision": r}}} for n, r in enumerate((at, *more))]
    return answering(PASSED, "etcd-status", moment, told)


@pytest.mark.parametrize(("now", "outcome"), [(1007, Outcome.HELD), (1006, Outcome.BROKEN)])
def test_a_revision_has_to_grow_by_all_that_a_restore_adds(now: int, outcome: Outcome) -> None:
    was = planned_as(revision(7, Moment.BEFORE), "etcd-revision", bumped_by=1000)
    told = [{"Endpoint": "https://0", "Status": {"header": {"revision": now}}}]
    assert finding(answering(was, "etcd-status", Moment.RECOVERED, told), "etcd-revision").outcome is outcome


def test_the_highest_revision_that_a_member_has_is_that_of_etcd() -> None:
    assert finding(revision(0, Moment.BEFORE, 7), "etcd-revision").outcome is Outcome.BROKEN
    assert finding(revision(7, Moment.BEFORE, 0), "etcd-revision").outcome is Outcome.BROKEN


def disk(uuid: str | None, source: str = "/dev/loop3", moment: str = Moment.RECOVERED) -> History:
    return answering(PASSED, "etcd-disk", moment, answers.mounts(source, uuid, "/var/lib/etcd"))


ROOT = "bbbbbbbb-0000-4000-8000-000000000002"


def test_a_data_disk_that_is_lost_has_to_be_another_one_and_to_stay_that_one() -> None:
    kept = planned_as(PASSED, "etcd-on-data-disk", fresh=True)
    assert (
        "is still that of before at 'recovered', although it was destroyed" in finding(kept, "etcd-on-data-disk").cause
    )
    anew = disk("new")
    once = planned_as(anew, "etcd-on-data-disk", fresh=True, moments=[str(Moment.RECOVERED)])
    assert finding(once, "etcd-on-data-disk").saw == "UUID new at 'recovered'"
    twice = planned_as(
        answering(anew, "etcd-disk", Moment.REBOOTED, answers.mounts("/dev/loop3", "newer", "/var/lib/etcd")),
        "etcd-on-data-disk",
        fresh=True,
    )
    assert "another at 'rebooted': its UUID was new and is newer" in finding(twice, "etcd-on-data-disk").cause


def test_a_disk_without_a_uuid_before_the_fault_measures_nothing() -> None:
    assert "was on no data disk with a UUID" in finding(disk(None, moment=Moment.BEFORE), "etcd-on-data-disk").cause


def test_the_os_disk_is_known_by_its_uuid_under_whatever_device() -> None:
    assert "is on the OS disk at 'recovered'" in finding(disk(ROOT, "/dev/loop9"), "etcd-on-data-disk").cause


def test_the_folder_of_a_service_is_that_of_its_process() -> None:
    served = planned_as(PASSED, "etcd-on-data-disk", service=True)
    assert finding(served, "etcd-on-data-disk").outcome is Outcome.HELD
    away = answering(served, "etcd-process", Moment.RECOVERED, "etcd     etcd --data-dir=/srv/etcd\n")
    assert "etcd's data are in /srv/etcd at 'recovered'" in finding(away, "etcd-on-data-disk").cause
    inside = answering(served, "etcd-process", Moment.REBOOTED, "etcd     etcd --data-dir=/var/lib/etcd/new\n")
    assert finding(inside, "etcd-on-data-disk").saw.endswith("; its folder was /var/lib/etcd and is /var/lib/etcd/new")


def test_the_program_that_has_to_stay_is_the_api_server_unless_another_is_named() -> None:
    plan = edited(PASSED, lambda e: e.kind is Kind.PLAN, checks=[planned("api-server-stayed", machine=MASTER)])
    assert "no kube-apiserver ran on 'master1'" in finding(plan, "api-server-stayed").cause
    server = answers.pod("kube-system", f"kube-apiserver-{MASTER}", None)
    for moment in (Moment.BEFORE, Moment.RECOVERED):
        plan = answering(plan, "pods", moment, [*answers.pods(), server])
    assert finding(plan, "api-server-stayed").saw.startswith("kube-apiserver on 'master1' runs since ")
