"""What one more reboot may and may not change."""

from __future__ import annotations

from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import Outcome
from tests.verdict import answers
from tests.verdict.answers import MASTER
from tests.verdict.edits import answering, edited, inserted, is_fact, planned_as, without
from tests.verdict.findings import PASSED, finding


def _is_end(event: Event) -> bool:
    return event.kind is Kind.PROBE and event.data["probe"] == "app-write" and event.data["detail"] == "end"


def _slow_at_the_end() -> History:
    return edited(PASSED, _is_end, ok=False)


def test_one_slow_answer_of_the_canary_in_the_last_moment_is_no_silence_after_a_good_one() -> None:
    came_back = inserted(_slow_at_the_end(), _is_end, Kind.PROBE, probe="app-write", ok=True, last_ok=1.0, detail="")
    assert finding(came_back, "after-reboot").outcome is Outcome.HELD
    end = next(event for event in came_back.events if _is_end(event))
    died = edited(came_back, _is_end, last_ok=end.mono - 11)
    assert "never answered 'app-write' again" in finding(died, "after-reboot").cause


def test_an_etcd_of_its_own_is_booted_as_well_and_has_its_disk_where_its_process_says() -> None:
    lines = [
        {**line, "params": {**line["params"], "etcd": [MASTER]}} if line["check"] == "after-reboot" else line
        for line in PASSED.events[1].data["checks"]
    ]
    beside = edited(PASSED, lambda e: e.kind is Kind.PLAN, checks=lines)
    assert finding(beside, "after-reboot").outcome is Outcome.HELD
    moved = answering(beside, "etcd-process", Moment.REBOOTED, "etcd     etcd --data-dir=/var/lib/etcd-from-backup\n")
    assert "in /var/lib/etcd-from-backup at 'rebooted': on the OS disk" in finding(moved, "after-reboot").cause
    assert finding(answering(PASSED, "etcd-process", Moment.REBOOTED, ""), "after-reboot").outcome is Outcome.HELD


def test_a_canary_that_gave_no_good_answer_since_the_reboot_never_answered_again() -> None:
    assert "never answered 'app-write' again" in finding(_slow_at_the_end(), "after-reboot").cause


def _booted(fact: str, stdout: object, moment: Moment = Moment.REBOOTED) -> str:
    return finding(answering(PASSED, fact, moment, stdout), "after-reboot").cause


def test_a_machine_with_the_boot_id_of_before_did_not_reboot() -> None:
    (boot,) = (e for e in PASSED.events if is_fact(e, "boot-id", MASTER, Moment.RECOVERED))
    assert _booted("boot-id", boot.data["stdout"]).startswith("'master1' did not reboot: its boot id is still 0000000")


def test_another_ca_after_the_reboot_is_told() -> None:
    assert "the join hash in ca.crt is no longer sha256:09cf" in _booted("ca-cert", answers.OTHER_CA)


def test_a_pod_that_tells_of_before_the_reboot_was_not_started_anew() -> None:
    cause = _booted("pods", answers.pods("2026-03-01T02:59:00Z"))
    assert cause.endswith("the API still tells of before it: kube-flannel/kube-flannel-ds-x2x4z was not started anew")
    assert (
        finding(answering(PASSED, "pods", Moment.REBOOTED, answers.pods("2026-03-01T03:09:00Z")), "after-reboot").cause
        == ""
    )


def test_a_pod_that_runs_elsewhere_tells_nothing_of_the_machine() -> None:
    anew, of_before = answers.pods("2026-03-01T03:09:00Z"), answers.pods("2026-03-01T02:59:00Z")
    elsewhere = {**of_before[2], "spec": {**of_before[2]["spec"], "nodeName": "worker1"}}
    assert _booted("pods", [*anew[:2], elsewhere, anew[3]]) == ""
    assert "kube-flannel-ds-x2x4z was not started anew" in _booted("pods", [*anew[:2], of_before[2], anew[3]])


def test_a_machine_without_a_control_plane_has_no_disk_to_look_at() -> None:
    bare = planned_as(
        answering(PASSED, "etcd-disk", Moment.REBOOTED, "", status=1), "after-reboot", control_plane=False
    )
    assert finding(bare, "after-reboot").saw == "API, join hash, objects and pods as before"
    assert finding(PASSED, "after-reboot").saw == "API, data disk, join hash, objects and pods as before"


def test_a_silence_of_ten_seconds_is_a_stumble_and_a_longer_one_is_none() -> None:
    came_back = inserted(_slow_at_the_end(), _is_end, Kind.PROBE, probe="app-write", ok=True, last_ok=1.0, detail="")
    end = next(event for event in came_back.events if _is_end(event))
    for silent, outcome in ((10.0, Outcome.HELD), (10.01, Outcome.BROKEN)):
        history = edited(came_back, _is_end, last_ok=end.mono - silent)
        assert finding(history, "after-reboot").outcome is outcome
    assert finding(edited(came_back, _is_end, last_ok=None), "after-reboot").outcome is Outcome.BROKEN


def test_a_good_answer_of_before_the_last_reboot_is_none_since() -> None:
    def is_reboot(event: Event) -> bool:
        return event.kind is Kind.PHASE and event.data["name"] == "reboot" and event.data["state"] == "start"

    came_back = inserted(_slow_at_the_end(), _is_end, Kind.PROBE, probe="app-write", ok=True, last_ok=1.0, detail="")
    (reboot,) = (event for event in came_back.events if is_reboot(event))
    again = inserted(came_back, _is_end, Kind.PHASE, **reboot.data)
    assert "never answered 'app-write' again" in finding(again, "after-reboot").cause


def test_a_canary_that_the_journal_does_not_know_is_no_canary_that_is_well() -> None:
    unknown = without(PASSED, lambda event: event.kind is Kind.PROBE and event.data["probe"] == "app-write")
    found = finding(unknown, "after-reboot")
    assert found.outcome is Outcome.ERRORED
    assert found.cause == "a planned check never ran: the probe 'app-write' is not in the journal"
