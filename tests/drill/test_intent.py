from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from harness import faults, recoveries
from harness.drill import Drill
from harness.drill.plan import compose
from harness.drill.told import read_intent
from harness.errors import SpecError, explain
from harness.providers.seam import Fidelity
from harness.spec import parse_shape
from tests.drill.rehearsing import STORIES, intents, shape_of

LAB = parse_shape("1")


def without_expectation(drill: Drill) -> None:
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    drill.recover(recoveries.AdoptDataDisk(drill.cluster.master), within=timedelta(minutes=1))


def without_recovery(drill: Drill) -> None:
    before = drill.baseline()
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    drill.expect_survival(of=before, losing_at_most=timedelta(0))


def without_fault(drill: Drill) -> None:
    before = drill.baseline()
    drill.expect_survival(of=before, losing_at_most=timedelta(0))


def with_questions(drill: Drill, host: Any) -> None:
    before = drill.baseline()
    assert not host.file("/etc/kubernetes/admin.conf").exists
    assert host.run("id").stdout == "root"
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    drill.recover(recoveries.AdoptDataDisk(drill.cluster.master), within=timedelta(minutes=1))
    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=3))


def asks_all_sorts(drill: Drill, host: Any, tmp_path: Any) -> None:
    before = drill.baseline()
    assert "kubelet" in host.run("ps").stdout
    assert "Xorg" not in host.run("ps").stdout
    assert not any(host.exists(editor) for editor in ("nano", "emacs"))
    assert not (host.package("gcc").is_installed and host.package("make").is_installed)
    assert 0 < host.file("/etc/fstab").mode & 0o777 <= 0o644 != host.file("/etc/shadow").mode
    for socket in host.socket.get_listening_sockets():
        assert not socket.startswith("udp"), f"{socket:>10} in {tmp_path / 'log'}"
    with host.sudo():
        assert int(host.check_output("id -u")) + len(host.interface.names()) == 2
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    drill.recover(recoveries.AdoptDataDisk(drill.cluster.master), within=timedelta(minutes=1))
    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=3))
    assert host.run("id").stdout is None


def asserts_too_early(drill: Drill, host: Any) -> None:
    before = drill.baseline()
    assert host.service("kubelet").is_running
    assert len(host.run("ps").stdout) == 17
    drill.inject(faults.SwapOsDisk(drill.cluster.master))
    drill.recover(recoveries.AdoptDataDisk(drill.cluster.master), within=timedelta(minutes=1))
    drill.expect_survival(of=before, losing_at_most=timedelta(seconds=3))


def never_content(drill: Drill, host: Any) -> None:
    drill.baseline()
    while host.service("kubelet").is_running:
        pass


@pytest.mark.parametrize(
    ("story", "missing"),
    [(without_expectation, "expectation"), (without_recovery, "recovery"), (without_fault, "fault")],
)
def test_a_scenario_with_nothing_to_judge_is_refused(story: Any, missing: str) -> None:
    with pytest.raises(SpecError, match=f"has no {missing}, so there is nothing to judge"):
        read_intent(story, LAB)


def test_a_scenario_that_breaks_off_is_refused_before_anything_is_touched() -> None:
    def breaks_off(drill: Drill) -> None:
        drill.baseline()
        raise RuntimeError("half a story")

    with pytest.raises(RuntimeError, match="half a story"):
        read_intent(breaks_off, LAB)


@pytest.mark.parametrize("story", [with_questions, asks_all_sorts])
def test_questions_to_machines_that_are_not_there_yet_do_not_stop_the_reading(story: Any) -> None:
    intent = read_intent(story, LAB)
    assert (len(intent.faults), len(intent.recoveries)) == (1, 1)
    assert intent.within == timedelta(minutes=1)
    assert intent.losing_at_most == timedelta(seconds=3)


def test_an_assertion_that_nothing_can_answer_is_refused_with_its_line_and_a_way_out() -> None:
    with pytest.raises(SpecError, match=r"'asserts_too_early' asserts in line \d+ .*assert len\(host\.run") as refused:
        read_intent(asserts_too_early, LAB)
    assert "in a function that a fixture returns" in explain(refused.value)


def test_a_scenario_that_waits_for_machines_that_are_not_there_is_refused() -> None:
    with pytest.raises(SpecError, match="asked 1000 questions before there were machines"):
        read_intent(never_content, LAB)


@pytest.mark.parametrize("name", STORIES)
def test_a_plan_names_each_check_once_and_requires_most(name: str) -> None:
    story = STORIES[name]
    shape, shared = shape_of(story)
    intent = read_intent(story, parse_shape(shape), shared_endpoint=shared)
    plan = compose(intent, parse_shape(shape), Fidelity.CONTAINER)
    about = [(line["check"], line["params"]) for line in plan["checks"]]
    lines = [(check, params.get("machine", params.get("office"))) for check, params in about]
    assert len(lines) == len(set(lines))
    assert lines[0][0] == "fault-bit"
    assert all(line["required"] or line["reason"] for line in plan["checks"])
    applicable = [line for line in plan["checks"] if not line["reason"].startswith("not applicable")]
    assert sum(line["required"] for line in plan["checks"]) > len(applicable) / 2


def test_only_a_scenario_that_asks_for_it_has_a_customised_control_plane_and_is_asked_for_it() -> None:
    asked = {name for name, intent in intents().items() if intent.customised}
    assert asked == {"custom-config"}
    for name in ("custom-config", "os-disk-swap"):
        plan = compose(read_intent(STORIES[name], LAB), LAB, Fidelity.CONTAINER)
        required = {line["check"]: line["required"] for line in plan["checks"]}
        assert required["second-scheduler"] is required["admission"] is (name in asked)


def test_only_a_scenario_that_asks_for_it_encrypts_and_is_asked_whether_it_does() -> None:
    for name in ("encrypted-etcd", "os-disk-swap"):
        intent = read_intent(STORIES[name], LAB)
        required = {line["check"]: line["required"] for line in compose(intent, LAB, Fidelity.CONTAINER)["checks"]}
        assert required["secrets-encrypted"] is intent.encrypted is (name == "encrypted-etcd")


def required(name: str) -> dict[str, bool]:
    """Which checks a drill requires."""
    shape, _ = shape_of(STORIES[name])
    plan = compose(intents()[name], parse_shape(shape), Fidelity.CONTAINER)
    return {line["check"]: line["required"] for line in plan["checks"]}


@pytest.mark.parametrize(
    ("check", "drills"),
    [
        ("expired-token-refused", {"old-join"}),
        ("new-token-joins", {"old-join"}),
        ("served-throughout", {"master-outage"}),
        ("pod-not-replaced", {"master-outage"}),
        ("returned-by-itself", {"master-outage"}),
        ("expiry-diagnosed", {"expired-certificates"}),
        ("address-moved", {"changed-identity"}),
        ("name-moved", {"changed-name"}),
        ("only-reads-served", {"disk-full"}),
        ("space-regained", {"disk-full"}),
        ("api-served", {"member-loss", "network-partition"}),
        ("minority-refused", {"network-partition"}),
        ("healed-by-itself", {"network-partition"}),
        ("rto-rejoined", {"network-partition", "drain", "node-outage", "node-cut-off"}),
        ("requests-kept", {"drain"}),
        ("doubled-meanwhile", {"node-cut-off"}),
        ("waits-for-machine", {"node-outage", "node-cut-off"}),
        ("rto-redundancy", {"member-loss"}),
        ("taken-over", {"member-loss"}),
        ("worker-rejoined", {"expired-certificates"}),
        ("certificates", set(STORIES) - {"os-disk-swap-seed"}),
    ],
)
def test_what_a_story_says_decides_what_is_asked_of_it(check: str, drills: set[str]) -> None:
    assert {name for name in STORIES if required(name)[check]} == drills


def test_workloads_that_a_fault_upsets_are_not_expected_to_go_on_and_all_others_are() -> None:
    lab = parse_shape("1+1")
    plan = compose(intents()["master-outage"], lab, Fidelity.CONTAINER)
    (line,) = [line for line in plan["checks"] if line["check"] == "workloads-untouched"]
    assert line["params"]["machines"] == ("worker1",)
    assert "StatefulSet drill/keeper" in line["params"]["ignoring"]
    (bit,) = [line for line in plan["checks"] if line["check"] == "fault-bit"]
    assert [(one["subject"], one["after"]) for one in bit["params"]["differs"]] == [
        ("master1", "recovered"),
        ("worker1", "faulted"),
    ]


def test_what_a_fault_destroys_and_a_recovery_restores_decides_what_is_asked() -> None:
    lab = parse_shape("1+1")
    kept, restored = (
        {line["check"]: line for line in compose(read_intent(STORIES[name], lab), lab, Fidelity.CONTAINER)["checks"]}
        for name in ("os-disk-swap-worker", "destroyed-master")
    )
    for check in ("snapshot-verified", "etcd-revision"):
        assert (kept[check]["required"], restored[check]["required"]) == (False, True)
    assert (kept["late-object"]["params"], restored["late-object"]["params"]) == (
        {"restored": False},
        {"restored": True},
    )
    assert restored["etcd-on-data-disk"]["params"]["fresh"]
    # The worker carries the volumes, and no fault strikes it.
    assert restored["volume-bytes"]["required"]
    assert kept["workloads-untouched"]["params"]["machines"] == ("worker1",)


def test_a_volume_that_is_destroyed_with_its_machine_is_not_looked_for() -> None:
    plan = compose(read_intent(STORIES["destroyed-master"], LAB), LAB, Fidelity.CONTAINER)
    lines = {line["check"]: line for line in plan["checks"]}
    assert "the disk 'volumes' of 'master1' is destroyed" in lines["volume-bytes"]["reason"]
    assert lines["rpo"]["params"]["streams"] == ("api",)


def test_emulated_machines_promise_no_times() -> None:
    story = STORIES["os-disk-swap"]
    plan = compose(read_intent(story, LAB), LAB, Fidelity.VM_EMULATED)
    times = [line for line in plan["checks"] if line["check"].startswith("rto-")]
    assert [line["required"] for line in times] == [False, False, False, False]


def test_nor_do_they_promise_how_soon_a_leader_is_followed() -> None:
    shape, _ = shape_of(STORIES["member-loss"])
    intent = read_intent(STORIES["member-loss"], parse_shape(shape))
    plan = compose(intent, parse_shape(shape), Fidelity.VM_EMULATED)
    timed = [line for line in plan["checks"] if line["check"] in ("api-served", "rto-redundancy", "taken-over")]
    assert [line["reason"] for line in timed] == ["observed: emulated machines are slow"] * 5
