"""A passed OS disk swap as a journal."""

from __future__ import annotations

import json
from collections.abc import Callable

from harness.facts import CLUSTER, WITNESS, Moment
from harness.journal import History, Kind
from harness.verdict import not_applicable
from tests.verdict.answers import HASH, LOST, MASTER, SPARE, backup_pair, member, node, sandboxes
from tests.verdict.moving import ask_movers
from tests.verdict.plan import plan
from tests.verdict.questions import ask_cluster, ask_machine, ask_meanwhile, refuse
from tests.verdict.sides import mend, part
from tests.verdict.telling import Story
from tests.verdict.vault import VAULT, listing, name_of


def passed() -> History:
    """The whole drill, as it should go."""
    story = Story()
    story.write(
        Kind.DRILL,
        schema=1,
        run="20260301-030000-4242",
        drill="os-disk-swap",
        claim="A master on a fresh OS disk finds its cluster on the data disk it kept.",
        provider="container",
        fidelity="container",
        limits=["shared kernel", "no boot loader", "the disk's own write cache is not modelled"],
        kubernetes="v1.34.4",
        image="9b1f6c2a77d0",
        lab="1",
        seed=7,
        sabotage=None,
        version="0.1.0",
        host={"kernel": "6.18.0", "cpus": 2, "memory_mib": 24000},
    )
    lines = [*plan(), not_applicable("no-orphans", why="the lab has no worker")]
    story.write(Kind.PLAN, checks=json.loads(json.dumps(lines)), rto_seconds=300.0, rpo_seconds=0.0)
    _build(story)
    _baseline(story)
    _fault(story)
    _recovery(story)
    _judgement(story)
    _reboot(story)
    _cleanup(story)
    return story.history()


def _phase(story: Story, name: str, work: Callable[[], None]) -> None:
    story.write(Kind.PHASE, name=name, state="start")
    work()
    story.clock += 0.1
    story.write(Kind.PHASE, name=name, state="end")


def _wait(story: Story, number: int, on: str, seconds: float) -> None:
    story.write(Kind.WAIT, id=number, on=on, state="start")
    story.clock += seconds
    story.write(Kind.WAIT, id=number, on=on, state="end")


def _build(story: Story) -> None:
    def work() -> None:
        _wait(story, 1, "the machine 'master1' to boot", 1.2)
        story.write(
            Kind.COMMAND,
            node=MASTER,
            argv=["kubeadm", "init", "--config", "/run/kubeadm.yaml"],
            status=0,
            seconds=9.4,
            stderr="",
        )
        _wait(story, 2, "kubeadm init on 'master1'", 9.4)
        _wait(story, 3, "the canaries to be ready", 8.0)

    _phase(story, "cluster", work)


def _ledger(story: Story, number: int) -> None:
    story.write(Kind.LEDGER, stream="api", n=number)
    story.write(Kind.LEDGER, stream="volume", n=number)
    story.write(Kind.LEDGER, stream="marker", n=number)
    story.write(Kind.WATCH, watch="configmaps", state="event", version=str(500 + number), marker=number)


def _baseline(story: Story) -> None:
    story.write(Kind.WATCH, watch="configmaps", state="opened", version="500", marker=None)
    for probe in ("api-write", "app-read", "app-write", "pair-read"):
        story.write(Kind.PROBE, probe=probe, ok=True, last_ok=story.clock, detail="")
    for number in range(1, 6):
        story.clock += 0.1
        _ledger(story, number)

    def work() -> None:
        ask_machine(story, Moment.BEFORE)
        ask_cluster(story, Moment.BEFORE)
        story.fact("signed-tokens", CLUSTER, Moment.BEFORE, {"good": True, "short": True})
        files = [{"path": "/vault/pki.tar", "mode": "0600", "sha256": "ab" * 32}]
        story.fact("backup-files", WITNESS, Moment.BEFORE, files)
        story.fact("old-job-version", MASTER, Moment.BEFORE, "{}")
        story.fact("old-masters", MASTER, Moment.BEFORE, "node/master1\n")
        story.fact("vault-content", VAULT, Moment.BEFORE, listing(("02:59:45", True), ("03:00:00", True)))
        story.fact("backup-pair", WITNESS, Moment.BEFORE, backup_pair())
        refuse(story, "truncated", "etcdutl cannot read it")

    _phase(story, "baseline", work)


def _fault(story: Story) -> None:
    def work() -> None:
        _ledger(story, 6)
        last = story.clock
        story.clock += 0.05
        story.write(Kind.FAULT, fault="SwapOsDisk", node=MASTER, state="start")
        story.clock += 0.2
        for probe in ("api-write", "app-read", "app-write"):
            story.write(Kind.PROBE, probe=probe, ok=False, last_ok=last, detail="connection refused")
        story.write(Kind.WATCH, watch="configmaps", state="closed", version="506", marker=None)
        _wait(story, 4, "the machine 'master1' to boot its other disk", 1.1)
        story.write(Kind.FAULT, fault="SwapOsDisk", node=MASTER, state="end")
        ask_machine(story, Moment.FAULTED)

    _phase(story, "fault", work)


def _recovery(story: Story) -> None:
    def work() -> None:
        story.write(Kind.RECOVERY, recovery="AdoptDataDisk", node=MASTER, state="start", within_seconds=300.0)
        story.fact("pod-sandboxes", MASTER, Moment.STOPPED, {"items": sandboxes()[1:]})
        for argv, seconds in (
            (["tar", "-xf", "/run/pki.tar", "-C", "/etc/kubernetes"], 0.1),
            (["kubectl", "get", "--raw", "/readyz"], 0.0),
            (
                [
                    "kubeadm",
                    "init",
                    "--config",
                    "/run/kubeadm.yaml",
                    "--ignore-preflight-errors=DirAvailable--var-lib-etcd",
                ],
                8.1,
            ),
        ):
            _wait(story, 10 + int(seconds), f"{argv[0]} on 'master1'", seconds)
            story.write(Kind.COMMAND, node=MASTER, argv=argv, status=0, seconds=seconds, stderr="")
        story.write(Kind.PROBE, probe="api-write", ok=True, last_ok=story.clock, detail="")
        _ledger_back(story)
        _wait(story, 20, "the leases of the controller-manager and the scheduler to pass on", 15.6)
        story.clock += 0.5
        for probe in ("app-read", "app-write"):
            story.write(Kind.PROBE, probe=probe, ok=True, last_ok=story.clock, detail="")
        alone = {"header": {"cluster_id": 7}, "members": [member(MASTER, "https://10.77.0.11:2380")]}
        story.fact("etcd-members", MASTER, Moment.ALONE, alone)
        state = {"header": {"cluster_id": 7}, "leader": 1}
        story.fact("etcd-cluster", MASTER, Moment.ALONE, [{"Endpoint": "https://127.0.0.1:2379", "Status": state}])
        story.fact("etcd-cluster", LOST, Moment.ALONE, "", status=1, stderr="context deadline exceeded")
        story.fact("pod-sandboxes", MASTER, Moment.ALONE, {"items": sandboxes()})
        story.write(Kind.RECOVERY, recovery="AdoptDataDisk", node=MASTER, state="end", within_seconds=300.0)

    _phase(story, "recovery", work)


def _ledger_back(story: Story) -> None:
    story.write(Kind.LEDGER, stream="api", n=7)
    story.write(Kind.WATCH, watch="configmaps", state="resumed", version="506", marker=None)
    story.write(Kind.LEDGER, stream="marker", n=7)
    story.write(Kind.WATCH, watch="configmaps", state="event", version="507", marker=7)


def _judgement(story: Story) -> None:
    def work() -> None:
        # Told late, so that no time passes for it between the fault and the first write.
        ask_meanwhile(story)
        part(story)
        mend(story)
        ask_movers(story)
        _take_over(story)
        stored = listing(("03:00:00", True), ("03:00:15", True), ("03:00:19", False))
        story.fact("vault-content", VAULT, Moment.FAULTED, stored)
        story.fact("chosen-backup", WITNESS, Moment.RECOVERED, {"chosen": name_of("03:00:15"), "passed_over": {}})
        ask_machine(story, Moment.RECOVERED)
        ask_cluster(story, Moment.RECOVERED)
        story.fact("api-ledger", WITNESS, Moment.RECOVERED, list(range(1, 8)))
        story.fact("volume-ledger", WITNESS, Moment.RECOVERED, list(range(1, 7)))
        for trial in ("rollout", "scheduling", "service"):
            story.fact(trial, CLUSTER, Moment.RECOVERED, {"ok": True, "saw": f"{trial} worked"})
        story.fact("old-token", CLUSTER, Moment.RECOVERED, "200")
        story.fact("resolve", CLUSTER, Moment.RECOVERED, "10.96.0.1\n")
        story.fact(
            "join",
            SPARE,
            Moment.RECOVERED,
            "This node has joined the cluster:\n",
            argv=["kubeadm", "join", "10.77.0.100:6443"],
        )
        refused = (
            "error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in"
            f' cluster-info ConfigMap is invalid: none of the public keys "{HASH}" are pinned\n'
        )
        story.fact("join-wrong-hash", SPARE, Moment.RECOVERED, "", status=1, stderr=refused)
        story.fact("spare-node", CLUSTER, Moment.RECOVERED, node(SPARE, []))
        _tokens(story)

    _phase(story, "judgement", work)


def _take_over(story: Story) -> None:
    """Whoever leads etcd is killed, and another member follows."""
    story.fact("etcd-leadership", CLUSTER, Moment.LED, {"holder": MASTER, "number": 2, "of": "7"})
    kill = ["pkill", "--signal", "KILL", "--exact", "etcd"]
    story.write(Kind.COMMAND, node=MASTER, argv=kill, status=0, seconds=0.0, stderr="")
    _wait(story, 21, "somebody to lead as 'etcd'", 1.2)
    story.fact("etcd-leadership", CLUSTER, Moment.DEPOSED, {"holder": LOST, "number": 3, "of": "7"})


def _tokens(story: Story) -> None:
    """What became of a token that expired, and of the one that replaced it."""
    words = "could not find a JWS signature in the cluster-info ConfigMap for token ID"
    refused = f'error execution phase preflight: {words} "0jv6tm"\n'
    story.fact("signed-tokens", CLUSTER, Moment.RECOVERED, {"good": True, "short": False})
    story.fact("join-expired-token", SPARE, Moment.RECOVERED, "", status=1, stderr=refused)
    argv = ["kubeadm", "join", "10.77.0.100:6443", "--discovery-token-ca-cert-hash", HASH]
    story.fact("join-new-token", SPARE, Moment.RECOVERED, "This node has joined the cluster:\n", argv=argv)
    anew = node(SPARE, [])
    story.fact("spare-node", CLUSTER, Moment.REJOINED, {**anew, "metadata": {**anew["metadata"], "uid": "u-anew"}})


def _reboot(story: Story) -> None:
    def work() -> None:
        _wait(story, 30, "the machine 'master1' to boot", 1.3)
        _wait(story, 31, "the API to answer", 9.0)
        ask_machine(story, Moment.REBOOTED)
        ask_cluster(story, Moment.REBOOTED)
        story.fact("vault-content", VAULT, Moment.REBOOTED, listing(("03:00:15", True), ("03:01:00", True)))

    _phase(story, "reboot", work)


def _cleanup(story: Story) -> None:
    def work() -> None:
        for probe in ("api-write", "app-read", "app-write", "pair-read"):
            story.write(Kind.PROBE, probe=probe, ok=True, last_ok=story.clock, detail="end")
        story.write(Kind.WATCH, watch="configmaps", state="closed", version="507", marker=None)
        story.clock += 0.4
        story.write(Kind.EVIDENCE, path="evidence/master1.console.log", sha256="cd" * 32, origin="console of 'master1'")
        audit = {"leaks": [], "clock_shift_seconds": 0.001, "sysctls_changed": {}}
        story.fact("host-audit", WITNESS, Moment.END, audit)
        story.fact("secret-scan", WITNESS, Moment.END, {"scanned": 12, "found": []})

    _phase(story, "cleanup", work)
    story.write(Kind.END, outcome="finished")
