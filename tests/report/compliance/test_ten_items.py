"""What a report on tests of recovery has to hold, item by item."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from harness.facts import Moment
from harness.journal import Kind
from harness.verdict import not_applicable
from tests.report.compliance.shelf import AS_OF, BEFORE, RUN, links, look, on, put, read, told
from tests.verdict import answers
from tests.verdict.edits import answering, edited, inserted


def test_one_says_what_was_tested_when_why_and_by_whom(tmp_path: Path) -> None:
    folder = put(tmp_path, RUN, told(), day=on(9))
    text = read(look(tmp_path, [folder]))
    for said in (
        "Report 20260301-030000-4242",
        "Plan DRP-7 version 2.3",
        "Test type full restore on container machines",
        "Begun 2026-03-09 03:00:00 UTC",
        "Ended 2026-03-09 03:0",
        "Trigger GitHub Actions: schedule",
        "Tester ada, by GitHub Actions",
        "Observers Internal audit",
        "Duration ",
    ):
        assert said in text, said


def test_two_states_scope_versions_digests_exclusions_and_segregation(tmp_path: Path) -> None:
    text = read(look(tmp_path, [put(tmp_path, RUN, told(), day=on(9))]))
    for said in (
        "Systems payments, core banking",
        "Kubernetes v1.34.4",
        "Node images 9b1f6c2a77d0",
        "Kubedrill 0.1.0",
        "Volumes of the provider: The storage team restores them.",
        "Segregation No lab has a route to production.",
        "What these machines cannot show shared kernel no boot loader",
        "Risk BIA-12",
    ):
        assert said in text, said


def test_two_says_beside_each_verdict_whether_the_machines_were_real_enough(tmp_path: Path) -> None:
    folder = put(tmp_path, RUN, told(), day=on(9))
    assert "os-disk-swap passed container" in read(look(tmp_path, [folder]))
    below = read(look(tmp_path, [folder], least_fidelity="vm-kvm"))
    assert "os-disk-swap passed container below 'vm-kvm'" in below
    assert "none is evidence" in below
    assert "Its machines are of the fidelity 'container'; the policy accepts 'vm-kvm' at the least." in below


def test_three_sets_both_rtos_and_the_rpo_against_their_targets_and_says_how_they_were_measured(
    tmp_path: Path,
) -> None:
    dossier = look(tmp_path, [put(tmp_path, RUN, told(), day=on(9))])
    text, verdict = read(dossier), dossier.tested[0].verdict
    assert verdict.rto.control_plane_seconds is not None
    control_plane = f"{verdict.rto.control_plane_seconds:.1f} s met From the beginning of the fault"
    assert f"RTO, control plane 5 min the policy; the scenario promises 2 min {control_plane}" in text
    assert "RTO, workload 5 min the policy; the scenario promises 2 min" in text
    assert "RPO 0 s the scenario 0.0 s met Numbered writes that a witness outside the machines saw" in text
    assert "durations by the monotonic clock of the host" in text
    assert "the two came apart by +0 ms" in text


def test_three_says_that_a_target_was_missed(tmp_path: Path) -> None:
    history = edited(told(), lambda event: event.kind is Kind.PLAN, rto_seconds=1.0)
    checks = history.first(Kind.PLAN)
    assert checks is not None
    for line in checks.data["checks"]:
        if line["check"].startswith("rto-"):
            line["params"]["target_seconds"] = 1.0
    text = read(look(tmp_path, [put(tmp_path, RUN, history, day=on(9))]))
    assert "RTO, control plane 1.0 s the policy; the scenario promises 2 min" in text
    assert "not met From the beginning" in text
    assert "the RTO of 1.0 s was exceeded" in text


def test_four_tells_each_step_with_actor_expectation_and_outcome(tmp_path: Path) -> None:
    text = read(look(tmp_path, [put(tmp_path, RUN, told(), day=on(9))]))
    assert "UTC Step Actor Expected What came of it 03:00:00 cluster harness kubeadm builds the cluster" in text
    assert "fault harness The loss happens. 'SwapOsDisk' struck 'master1'" in text
    assert "recovery recovery 'AdoptDataDisk' on 'master1' It ends, in the time that is allowed. completed" in text


def test_four_tells_what_a_step_failed_of(tmp_path: Path) -> None:
    history = told()
    last = history.last(Kind.RECOVERY)
    assert last is not None
    history = edited(history, lambda event: event.seq == last.seq, state="failed", cause="no way <back>")
    assert "gave up: no way <back>" in read(look(tmp_path, [put(tmp_path, RUN, history, day=on(9))]))


def test_five_gives_digests_of_the_backup_and_what_the_ledgers_found_again(tmp_path: Path) -> None:
    dossier = look(tmp_path, [put(tmp_path, RUN, told(), day=on(9))])
    text, rpo = read(dossier), dossier.tested[0].verdict.rpo
    assert f"/vault/pki.tar {'ab' * 8}" in text
    for name, total in rpo.acknowledged.items():
        assert f"{name} {total} {total - rpo.lost[name]} {rpo.lost[name]}" in text
    assert "Identity held:" in text


def test_six_tells_deviations_and_what_was_not_asked_with_reasons(tmp_path: Path) -> None:
    history = told()
    history = inserted(history, lambda event: event.kind is Kind.RECOVERY, Kind.NOTE, text="the lab is kept")
    history = inserted(
        history, lambda event: event.kind is Kind.RECOVERY, Kind.COMMAND, node="master1", argv=["x"], status=1
    )
    text = read(look(tmp_path, [put(tmp_path, RUN, history, day=on(9))]))
    assert "Recoveries: 'AdoptDataDisk'; 0 repeated attempts." in text
    assert "Commands that a machine refused, tried again or looked into: 1." in text
    assert "Note: the lab is kept." in text
    assert "Interventions by hand: none is on record" in text
    reason = not_applicable("no-orphans", why="the lab has no worker")["reason"].removeprefix("not applicable: ")
    assert f"{reason} no-orphans" in text


def test_seven_makes_a_finding_of_each_broken_check_with_severity_owner_and_due_day(tmp_path: Path) -> None:
    history = answering(told(), "ca-cert", Moment.RECOVERED, answers.OTHER_CA)
    text = read(look(tmp_path, [put(tmp_path, RUN, history, day=on(9))], due_days={"high": 5}))
    assert "1 high os-disk-swap" in text
    assert "Edsger Dijkstra 2026-03-14" in text
    assert "tested, and failed" in text


def test_seven_leaves_lines_where_people_write_what_they_do(tmp_path: Path) -> None:
    history = answering(told(), "ca-cert", Moment.RECOVERED, answers.OTHER_CA)
    folder = put(tmp_path, RUN, history, day=on(9))
    nobody = look(tmp_path, [folder], owner=None, drills={"os-disk-swap": {"every_days": 7}})
    text = read(nobody)
    assert "Corrective action Owner Due Tested again" in text
    assert "Edsger" not in text


def test_seven_compares_with_the_time_before(tmp_path: Path) -> None:
    put(tmp_path, BEFORE, told(kubernetes="v1.33.9"), day=on(2))
    put(tmp_path, "20260308-020000-cccc", told(sabotage="lose-ca"), day=on(8))
    history = answering(told(), "ca-cert", Moment.RECOVERED, answers.OTHER_CA)
    folder = put(tmp_path, RUN, history, day=on(9))
    text = read(look(tmp_path, [folder]))
    assert "Performed 2026-03-02 03:00:00 UTC 2026-03-09 03:00:00 UTC" in text
    assert "Verdict passed failed worse" in text
    assert "RTO, control plane" in text
    assert "Held before and broken now: join-hash" in text


def test_eight_leads_from_each_control_to_files_with_their_digests(tmp_path: Path) -> None:
    folder = put(tmp_path, RUN, told(), day=on(9))
    dossier = look(tmp_path, [folder])
    text, digest = read(dossier), hashlib.sha256((folder / "report.html").read_bytes()).hexdigest()
    assert "CP-10 cp-10 System Recovery and Reconstitution" in text
    assert f"os-disk-swap evidence 2026-03-09 {digest[:16]}" in text
    assert f"os-disk-swap/report.html {digest}" in text
    assert {"os-disk-swap/report.html", "os-disk-swap/journal.jsonl"} <= set(links(dossier))
    assert all((tmp_path / RUN / link).is_file() for link in links(dossier) if link.startswith("os-disk-swap/"))
    assert "No drill of this report was performed for: " in text


def test_eight_knows_of_controls_that_another_version_named(tmp_path: Path) -> None:
    text = read(look(tmp_path, [put(tmp_path, RUN, told(controls=["xx-1"]), day=on(9))]))
    assert "The journals name controls that this version does not know: xx-1." in text


def test_nine_leaves_the_sign_off_to_people(tmp_path: Path) -> None:
    text = read(look(tmp_path, [put(tmp_path, RUN, told(), day=on(9))]))
    assert "Prepared by" in text
    assert "Reviewed by Grace Hopper" in text
    assert "Acknowledged by management" in text


def test_ten_says_what_is_due_next_and_what_is_overdue_on_the_day_of_the_report(tmp_path: Path) -> None:
    put(tmp_path, BEFORE, told(), day=on(2))
    folder = put(tmp_path, RUN, told("rollback"), day=on(9))
    text = read(look(tmp_path, [folder]))
    assert "as of 2026-03-10 12:00:00 UTC" in text
    assert "os-disk-swap BIA-12 Edsger Dijkstra 7 days 2026-03-02, 8 days ago 2026-03-09 overdue" in text
    assert "The last one that counts was 8 days ago; the policy asks for it every 7 days." in text
    earlier = read(
        look(tmp_path, [tmp_path / BEFORE / "os-disk-swap"], run=BEFORE, as_of=datetime(2026, 3, 5, tzinfo=UTC))
    )
    assert "2026-03-02, 2 days ago 2026-03-09 in time" in earlier


def test_ten_lists_required_drills_that_never_ran_and_those_that_never_passed(tmp_path: Path) -> None:
    put(tmp_path, BEFORE, told("quorum-loss", sabotage="lose-ca"), day=on(1))
    failed = answering(told("rollback"), "ca-cert", Moment.RECOVERED, answers.OTHER_CA)
    folder = put(tmp_path, RUN, failed, day=on(9))
    wanted = {name: {"every_days": 30} for name in ("quorum-loss", "rollback")}
    text = read(look(tmp_path, [folder], drills=wanted))
    assert "quorum-loss Ada Lovelace 30 days none now never ran" in text
    assert "rollback Ada Lovelace 30 days none now never passed" in text
    assert "It was never performed as a test; the policy asks for it every 30 days." in text
    assert AS_OF.strftime("%Y-%m-%d %H:%M") in text
