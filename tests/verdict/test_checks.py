"""Each check can hold, can break with the right words, and never holds without its facts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.facts import Moment
from harness.journal import Event, History, Kind
from harness.verdict import CHECKS, Finding, Outcome, judge
from tests.verdict import story
from tests.verdict.story import MASTER, SPARE, answering, edited, inserted, is_fact, without

Spoil = Callable[[History], History]
RECOVERED, REBOOTED, FAULTED, END = Moment.RECOVERED, Moment.REBOOTED, Moment.FAULTED, Moment.END
PASSED = story.passed()


def finding(history: History, check: str) -> Finding:
    return next(one for one in judge(history).findings if one.check == check)


def other(fact: str, stdout: object, moment: str = RECOVERED, **more: object) -> Spoil:
    return lambda history: answering(history, fact, moment, stdout, **more)


def ledger_kept(*numbers: int) -> Spoil:
    return lambda history: answering(history, "api-ledger", RECOVERED, list(numbers))


def late(seconds: float) -> Spoil:
    """Everything from the first acknowledged write after the fault on comes later."""

    def spoil(history: History) -> History:
        place = next(e.seq for e in history.events if e.kind is Kind.LEDGER and e.data == {"stream": "api", "n": 7})
        # The probe's recovery is the line before it.
        return story.renumbered(
            [story.replace(e, mono=e.mono + seconds) if e.seq >= place - 1 else e for e in history.events]
        )

    return spoil


def never_answering(probe: str) -> Spoil:
    return lambda history: without(
        history,
        lambda e: e.kind is Kind.PROBE and e.data["probe"] == probe and e.data["ok"] and e.mono > 1030,
    )


def watch_missing(marker: int) -> Spoil:
    return lambda history: without(history, lambda e: e.kind is Kind.WATCH and e.data.get("marker") == marker)


def failing_recovery(history: History) -> History:
    history = answering(history, "pki-files", RECOVERED, story.pki_files("ca.crt", "sa.key", "sa.pub"))
    return edited(
        history,
        lambda e: e.kind is Kind.RECOVERY and e.data["state"] == "end",
        state="failed",
        cause="kubeadm init ended with status 1",
        stderr="error execution phase certs/apiserver: failure loading certificate for API server",
    )


UNREADY = [story.pod("kube-system", "coredns-66bc5c9577-abcde", ("ReplicaSet", "coredns-66bc5c9577"), ready=False)]
OBJECTS = story.objects()
BROKEN: list[tuple[str, Spoil, tuple[str, ...]]] = [
    ("fault-bit", other("os-disk", {"slot": "a", "serial": "kd-a"}, FAULTED), ("did not bite", "'os-disk'", "still a")),
    (
        "fault-bit",
        lambda h: without(h, lambda e: e.kind is Kind.PROBE and e.data["probe"] == "api-write" and not e.data["ok"]),
        ("the API never refused a write",),
    ),
    (
        "recovery-completed",
        failing_recovery,
        ("kubeadm init ended", "failure loading", "no /etc/kubernetes/pki/ca.key"),
    ),
    ("join-hash", other("ca-cert", story.OTHER_CA), ("was sha256:09cf08a8", "in ca.crt", "unchanged in cluster-info")),
    ("join-hash", other("cluster-info", story.cluster_info(story.OTHER_CA)), ("in cluster-info",)),
    ("join-hash", other("join-command", story.join_command(story.OTHER_HASH)), ("in the join command",)),
    ("old-join", other("join", "", status=1, stderr="error: token expired"), ("'spare1' was refused", "token expired")),
    ("old-join", other("spare-node", story.node(SPARE, [], ready=False)), ("'spare1'", "not Ready")),
    ("old-join", other("spare-node", "", status=404), ("no such Node",)),
    ("old-join", other("objects", [{**OBJECTS[0], "uid": "u-2"}, *OBJECTS[1:]]), ("another cluster", "u-2")),
    ("wrong-hash-refused", other("join-wrong-hash", "joined", status=0), ("although", "wrong hash")),
    (
        "old-tokens",
        lambda h: other("old-token", "401")(other("sa-pub", story.OTHER_SA)(h)),
        ("401", "sa.key of 'master1' is another"),
    ),
    ("objects-survived", other("objects", OBJECTS[:3]), ("1 object missing", "Secret test-ns/door")),
    (
        "objects-survived",
        other("objects", [*OBJECTS[:3], {**OBJECTS[3], "uid": "x"}]),
        ("another UID", "Secret test-ns/door"),
    ),
    (
        "objects-survived",
        other("objects", [*OBJECTS[:2], {**OBJECTS[2], "content": {"data": {"colour": "red"}}}, OBJECTS[3]]),
        ("ConfigMap test-ns/settings has changed: data.colour",),
    ),
    (
        "objects-survived",
        other("objects", [{**OBJECTS[0], "uid": "new"}]),
        ("data disk 'etcd' of 'master1' came back empty",),
    ),
    (
        "node-taints-and-labels",
        other(
            "nodes", [story.node(MASTER, [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}])]
        ),
        ("has the taint node-role.kubernetes.io/control-plane:NoSchedule",),
    ),
    ("node-taints-and-labels", other("nodes", [story.node(SPARE, [])]), ("'master1' is missing",)),
    (
        "node-taints-and-labels",
        other("nodes", [story.node(MASTER, []), story.node("ghost", [])]),
        ("'ghost' was not there",),
    ),
    (
        "kubeadm-config",
        other("kubeadm-config", {"data": {"ClusterConfiguration": "networking:\n  dnsDomain: cluster.local\n"}}),
        ("kubeadm-config lost networking.podSubnet",),
    ),
    (
        "kube-proxy-config",
        other("kube-proxy-config", {"data": {"config.conf": "mode: iptables\nclusterCIDR: 10.244.0.0/16\n"}}),
        ("mode was",),
    ),
    ("kubelet-config", other("kubelet-config", {"data": {"kubelet": "cgroupDriver: systemd\n"}}), ("lost clusterDNS",)),
    ("rto-control-plane", late(400.0), ("took 409.7 s", "the RTO of 300.0 s", "exceeded by 109.7 s")),
    ("rto-control-plane", ledger_kept(1, 2, 3, 4, 5, 6), ("no API write after the fault",)),
    ("rto-workload", never_answering("app-write"), ("'app-write' never got an answer again",)),
    ("rto-workload", late(400.0), ("exceeded by",)),
    ("rpo", ledger_kept(1, 2, 3, 4, 7), ("'api' lost 2 acknowledged writes", "exceeded by")),
    ("volume-bytes", other("volume-bytes", {"web/index.html": "aa" * 32}), ("1 file missing", "db/ledger")),
    (
        "volume-bytes",
        other("volume-bytes", {"web/index.html": "00", "db/ledger": "bb" * 32}),
        ("other bytes: web/index.html",),
    ),
    ("new-write", other("api-write", "", status=503, stderr="not ready"), ("503", "not ready")),
    ("scheduling", other("scheduling", {"ok": False, "saw": "Pending for 60 s"}), ("Pending for 60 s",)),
    ("rollout", other("rollout", {"ok": False, "saw": "1 of 2 updated"}), ("1 of 2 updated",)),
    ("service", other("service", {"ok": False, "saw": "timeout"}), ("timeout",)),
    ("dns", other("resolve", "", status=1), ("DNS does not answer",)),
    ("dns", other("resolve", "10.96.0.9"), ("10.96.0.9", "not 10.96.0.1")),
    (
        "add-ons-running",
        other("pods", [*story.pods(), *UNREADY]),
        ("not running and ready: kube-system/coredns-66bc5c9577-abcde",),
    ),
    (
        "add-ons-running",
        other("pods", [p for p in story.pods() if p["metadata"]["namespace"] != "kube-flannel"]),
        ("kube-flannel-ds (0 of 1)",),
    ),
    (
        "no-orphans",
        other("pods", [p for p in story.pods() if p["metadata"]["name"] != "test-pod"]),
        ("'master1' runs test-ns/test-pod", "does not know"),
    ),
    ("watch-continues", watch_missing(4), ("silent about 4",)),
    ("watch-continues", watch_missing(7), ("silent about 7",)),
    (
        "watch-continues",
        lambda h: without(h, lambda e: e.kind is Kind.WATCH and e.data["state"] == "resumed"),
        ("never came back",),
    ),
    ("etcd-on-data-disk", other("etcd-disk", "", status=1), ("not mounted at 'recovered'", "'etcd' of 'master1'")),
    (
        "etcd-on-data-disk",
        other("etcd-disk", story.mounts("/dev/loop9", "other", "/var/lib/etcd"), REBOOTED),
        ("another at 'rebooted'",),
    ),
    (
        "etcd-on-data-disk",
        other("etcd-disk", story.mounts("/dev/loop2", "bbbbbbbb-0000-4000-8000-000000000002", "/var/lib/etcd")),
        ("on the OS disk",),
    ),
    (
        "etcd-members",
        other("etcd-members", {"header": {}, "members": [story.member("default", "http://localhost:2380")]}),
        ("'master1' is missing", "'default' is no machine"),
    ),
    (
        "etcd-members",
        other("etcd-members", {"header": {}, "members": [story.member(MASTER, "http://localhost:2380")]}),
        ("peer URL of 'master1' is http://localhost:2380",),
    ),
    (
        "etcd-health",
        other("etcd-alarms", {"header": {}, "alarms": [{"memberID": 7, "alarm": 1}]}),
        ("NOSPACE on member 7",),
    ),
    (
        "etcd-health",
        other("etcd-status", [{"Endpoint": "https://x", "Status": {"header": {}}}]),
        ("https://x has no leader",),
    ),
    (
        "after-reboot",
        other("api-write", {"ok": False, "saw": "no answer for 120 s"}, REBOOTED),
        ("one more reboot of 'master1'", "no answer"),
    ),
    (
        "after-reboot",
        lambda h: other("api-write", {"ok": False, "saw": "no answer"}, REBOOTED)(
            other("etcd-disk", "", REBOOTED, status=1)(h)
        ),
        ("no answer", "data disk 'etcd' of 'master1' is not mounted"),
    ),
    ("after-reboot", other("boot-id", "00000001-1111-4222-8333-444444444444", REBOOTED), ("did not reboot",)),
    ("after-reboot", other("ca-cert", story.OTHER_CA, REBOOTED), ("join hash in ca.crt",)),
    ("after-reboot", other("objects", OBJECTS[:2], REBOOTED), ("2 objects missing",)),
    ("after-reboot", other("pods", UNREADY, REBOOTED), ("coredns",)),
    ("keys-private", other("pki-files", "644 root /etc/kubernetes/pki/sa.key\n"), ("sa.key (0644)",)),
    (
        "backup-files-private",
        other("backup-files", [{"path": "/v/a", "mode": "0644", "sha256": "x"}], Moment.BEFORE),
        ("/v/a (0644)",),
    ),
    (
        "no-secrets-in-reports",
        other("secret-scan", {"scanned": 3, "found": ["journal.jsonl:7"]}, END),
        ("journal.jsonl:7",),
    ),
    ("host-clean", other("host-audit", {"leaks": ["/dev/loop7"], "clock_shift_seconds": 0}, END), ("/dev/loop7",)),
    ("host-clean", other("host-audit", {"leaks": [], "clock_shift_seconds": -3.5}, END), ("shifted by -3.500 s",)),
    (
        "host-clean",
        other("host-audit", {"leaks": [], "clock_shift_seconds": 0, "sysctls_changed": {"kernel.panic": "10"}}, END),
        ("kernel.panic",),
    ),
]

VACUOUS: list[tuple[str, Spoil]] = [
    ("objects-survived", other("objects", [], Moment.BEFORE)),
    ("node-taints-and-labels", other("nodes", [], Moment.BEFORE)),
    ("volume-bytes", other("volume-bytes", {}, Moment.BEFORE)),
    ("add-ons-running", other("pods", story.pods()[:1], Moment.BEFORE)),
    ("no-orphans", other("pod-sandboxes", {"items": []})),
    ("rpo", lambda h: without(h, lambda e: e.kind is Kind.LEDGER and e.data["stream"] == "volume")),
    ("rto-control-plane", lambda h: without(h, lambda e: e.kind is Kind.LEDGER)),
    ("rto-workload", lambda h: without(h, lambda e: e.kind is Kind.PROBE and e.data["probe"] == "app-read")),
    ("watch-continues", lambda h: without(h, lambda e: e.kind is Kind.WATCH)),
    ("no-secrets-in-reports", other("secret-scan", {"scanned": 0, "found": []}, END)),
    ("backup-files-private", other("backup-files", [], Moment.BEFORE)),
    ("keys-private", other("pki-files", "644 root /etc/kubernetes/pki/ca.crt\n")),
    ("wrong-hash-refused", other("join-wrong-hash", "", status=1, stderr="error: i/o timeout")),
    ("old-tokens", other("old-token", "503")),
    ("join-hash", other("ca-cert", story.OTHER_CA, Moment.BEFORE)),
    ("etcd-on-data-disk", other("etcd-disk", "", Moment.BEFORE, status=1)),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_each_check_holds_in_a_drill_that_went_well(check: type) -> None:
    name = str(check.name)  # type: ignore[attr-defined]
    assert finding(PASSED, name).outcome is Outcome.HELD
    assert finding(PASSED, name).saw
    assert finding(PASSED, name).evidence


@pytest.mark.parametrize(("check", "spoil", "words"), BROKEN, ids=[f"{c}-{i}" for i, (c, _, _) in enumerate(BROKEN)])
def test_a_check_breaks_and_names_the_thing(check: str, spoil: Spoil, words: tuple[str, ...]) -> None:
    found = finding(spoil(PASSED), check)
    assert found.outcome is Outcome.BROKEN, found.cause
    for word in words:
        assert word in found.cause


def test_no_check_is_unable_to_break() -> None:
    assert {check.name for check in CHECKS} == {check for check, _, _ in BROKEN}


@pytest.mark.parametrize(("check", "spoil"), VACUOUS, ids=[check for check, _ in VACUOUS])
def test_what_measured_nothing_holds_nothing(check: str, spoil: Spoil) -> None:
    assert finding(spoil(PASSED), check).outcome is Outcome.ERRORED


def facts_of_checks() -> list[tuple[str, str, str, str]]:
    events = PASSED.events
    return [
        (one.check, str(data["fact"]), str(data["subject"]), str(data["moment"]))
        for one in judge(PASSED).findings
        for data in (events[seq].data for seq in one.evidence if events[seq].kind is Kind.FACT)
    ]


# Diagnosis only: it explains an outcome that other facts decide.
EXTRA = {("objects-survived", "etcd-disk"), ("recovery-completed", "pki-files")}


@pytest.mark.parametrize(("check", "fact", "subject", "moment"), facts_of_checks())
def test_a_check_without_one_of_its_facts_never_ran(check: str, fact: str, subject: str, moment: str) -> None:
    found = finding(without(PASSED, lambda e: is_fact(e, fact, subject, moment)), check)
    assert found.outcome is Outcome.ERRORED
    assert found.cause == f"a planned check never ran: no '{fact}' of '{subject}' at '{moment}'"


@pytest.mark.parametrize(("check", "fact", "subject", "moment"), facts_of_checks())
def test_a_check_with_an_unreadable_fact_is_errored(check: str, fact: str, subject: str, moment: str) -> None:
    def unreadable(event: Event) -> bool:
        return is_fact(event, fact, subject, moment)

    found = finding(edited(PASSED, unreadable, stdout="\x00{", stderr="x", status=3), check)
    # A trial or a join that ends badly is an answer: the system under test said no.
    if fact in {"api-write", "rollout", "scheduling", "service", "resolve", "join"}:
        assert found.outcome is Outcome.BROKEN
    else:
        assert found.outcome is Outcome.ERRORED
        assert f"'{fact}' of '{subject}' at '{moment}'" in found.cause


def test_a_watch_told_to_list_anew_may_skip_writes() -> None:
    history = watch_missing(7)(PASSED)
    told = edited(history, lambda e: e.kind is Kind.LEDGER and e.data == {"stream": "marker", "n": 7}, n=6)
    relisted = edited(told, lambda e: e.kind is Kind.WATCH and e.data["state"] == "resumed", state="relist", marker=7)
    assert finding(relisted, "watch-continues").outcome is Outcome.HELD
    assert "1 time to list anew" in finding(relisted, "watch-continues").saw


def test_what_was_acknowledged_after_the_list_is_still_owed() -> None:
    relisted = edited(
        watch_missing(7)(PASSED), lambda e: e.kind is Kind.WATCH and e.data["state"] == "resumed", state="relist"
    )
    assert "silent about 7" in finding(relisted, "watch-continues").cause


def test_numbers_that_were_never_acknowledged_are_not_missed_by_a_watch() -> None:
    def seventh(event: Event) -> bool:
        return event.data.get("n") == 7 or event.data.get("marker") == 7

    def number(event: Event) -> dict[str, object]:
        return {key: 40 if key in ("n", "marker") else value for key, value in event.data.items()}

    history = story.renumbered([story.replace(e, data=number(e)) if seventh(e) else e for e in PASSED.events])
    assert finding(history, "watch-continues").outcome is Outcome.HELD


def test_without_markers_a_watch_is_held_against_the_api_ledger() -> None:
    history = without(PASSED, lambda e: e.kind is Kind.LEDGER and e.data["stream"] == "marker")
    assert finding(history, "watch-continues").outcome is Outcome.HELD
    assert "silent about 4" in finding(watch_missing(4)(history), "watch-continues").cause


def test_writes_acknowledged_after_the_fault_and_lost_have_no_excuse() -> None:
    lines = [
        {**line, "params": {**line["params"], "target_seconds": 60.0}} if line["check"] == "rpo" else line
        for line in PASSED.events[1].data["checks"]
    ]
    loose = edited(PASSED, lambda e: e.kind is Kind.PLAN, checks=lines)
    found = finding(ledger_kept(1, 2, 3, 4, 5, 6)(loose), "rpo")
    assert found.outcome is Outcome.BROKEN
    assert "'api' lost 1 write acknowledged after the fault, 7 to 7" in found.cause


def test_the_outage_of_the_deliberate_reboot_is_not_in_the_recovery_time() -> None:
    def at_reboot(event: Event) -> bool:
        return is_fact(event, "boot-id", MASTER, REBOOTED)

    history = inserted(PASSED, at_reboot, Kind.PROBE, probe="app-read", ok=False, last_ok=1047.0, detail="")
    assert judge(history).rto.workload_seconds == judge(PASSED).rto.workload_seconds


def test_an_outage_noticed_in_the_reboot_began_with_the_last_good_answer_before_it() -> None:
    def at_reboot(event: Event) -> bool:
        return is_fact(event, "boot-id", MASTER, REBOOTED)

    began = next(e.mono for e in PASSED.events if e.kind is Kind.PHASE and e.data["name"] == "reboot")
    history = inserted(PASSED, at_reboot, Kind.PROBE, probe="app-write", ok=False, last_ok=began - 0.05, detail="")
    history = without(
        history, lambda e: e.kind is Kind.PROBE and e.data["detail"] == "end" and e.data["probe"] == "app-write"
    )
    assert finding(history, "rto-workload").outcome is Outcome.HELD


def test_a_pod_that_ended_well_is_no_trouble_but_stands_for_no_running_one() -> None:
    ended = story.pod("test-ns", "newcomer", None, ready=False)
    ended["status"]["phase"] = "Succeeded"
    assert finding(other("pods", [*story.pods(), ended])(PASSED), "add-ons-running").outcome is Outcome.HELD
    instead = story.pods()
    instead[3]["status"] = ended["status"]
    assert "test-ns/test-pod (0 of 1)" in finding(other("pods", instead)(PASSED), "add-ons-running").cause


def test_an_object_that_the_drill_itself_changes_may_be_left_out() -> None:
    lines = [
        {**line, "params": {**line["params"], "ignoring": ["ConfigMap test-ns/settings"]}}
        if line["check"] == "objects-survived"
        else line
        for line in PASSED.events[1].data["checks"]
    ]
    planned = edited(PASSED, lambda e: e.kind is Kind.PLAN, checks=lines)
    assert finding(other("objects", [*OBJECTS[:2], OBJECTS[3]])(planned), "objects-survived").outcome is Outcome.HELD
    assert finding(other("objects", OBJECTS[:3])(planned), "objects-survived").outcome is Outcome.BROKEN


def test_a_write_that_was_acknowledged_while_the_fault_was_under_way_is_no_recovery() -> None:
    def in_fault(event: Event) -> bool:
        return event.kind is Kind.FAULT and event.data["state"] == "end"

    history = inserted(PASSED, in_fault, Kind.LEDGER, stream="api", n=5)
    assert judge(history).rto.control_plane_seconds == judge(PASSED).rto.control_plane_seconds


def test_a_loss_within_the_target_is_held() -> None:
    def loosened(event: Event) -> bool:
        return event.kind is Kind.PLAN

    lines = [
        {**line, "params": {**line["params"], "target_seconds": 60.0}} if line["check"] == "rpo" else line
        for line in PASSED.events[1].data["checks"]
    ]
    history = ledger_kept(1, 2, 3, 4, 7)(edited(PASSED, loosened, checks=lines))
    assert finding(history, "rpo").outcome is Outcome.HELD
    assert "2 of 12 acknowledged writes lost" in finding(history, "rpo").saw


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
        history = answering(history, "etcd-status-cluster", RECOVERED, status)
        return answering(history, "etcd-hash-cluster", RECOVERED, hashkv)

    assert finding(two(planned, (5, 5), (9, 9)), "etcd-health").outcome is Outcome.HELD
    assert finding(two(PASSED, (5, 5), (9, 9)), "etcd-health").outcome is Outcome.HELD
    assert "different keys" in finding(two(planned, (5, 6), (9, 9)), "etcd-health").cause
    assert finding(two(planned, (5, 6), (8, 9)), "etcd-health").outcome is Outcome.ERRORED
