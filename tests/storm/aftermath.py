"""What a drill in a storm has left: its cluster, its journal, and what a reap has to take away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from harness.errors import JournalError, LabError
from harness.facts.pki import CA_CERT
from harness.journal import History, Kind, parse_journal
from harness.ownership import cache_root, reap
from harness.ownership.host import Host
from harness.providers.rehearsal.provider import RehearsalLab
from harness.report.document import document, to_bytes
from harness.spec import Role
from harness.verdict import Outcome, Verdict, judge
from harness.verdict.verdict import Word

RUN = "20250101-000000-abcd"


def lies(verdict: Verdict, history: History, truth: tuple[str, str], *, spoilt: str, was_killed: bool) -> Iterator[str]:
    """What is false about a pass."""
    if verdict.word is not Word.PASSED:
        return
    why, join_hash = truth
    if spoilt:
        yield f"passed, though spoiled by '{spoilt}'"
    if was_killed:
        yield "passed, though the harness was killed"
    if why:
        yield f"passed, though the cluster is not back: {why}"
    if verdict.join_hash_before != join_hash:
        yield "passed, though its join hash is not that of before"
    end = history.last(Kind.END)
    if end is None or end.data.get("outcome") != "finished":
        yield "passed, though it did not come to its end"
    yield from (
        f"passed, though the required check '{one.check}' has not held: {one.outcome}"
        for one in verdict.findings
        if one.required and one.outcome is not Outcome.HELD
    )
    plan = history.first(Kind.PLAN)
    asked = [str(one["check"]) for one in (plan.data["checks"] if plan else ()) if one["required"]]
    judged = [one.check for one in verdict.findings if one.required]
    if sorted(asked) != sorted(judged) or not asked:
        yield "passed, though not each required check was judged once"


def lies_when_cut(journal: bytes, chance: Random) -> Iterator[str]:
    """A journal that ends anywhere tells what it knows, and never of a pass that it has not seen the end of."""
    cut = journal[: chance.randrange(len(journal))]
    try:
        verdict = judge(parse_journal(cut.decode("utf-8", errors="replace")))
    except JournalError:
        return
    to_bytes(document(verdict))
    if verdict.word is Word.PASSED:
        yield f"passed, though its journal ends after {len(cut)} of {len(journal)} bytes"


def not_reaped() -> Iterator[str]:
    """Whatever a drill leaves, a reap takes away; the next one finds nothing of it."""
    if left_behind():
        # Podman and libvirt are asked when many drills are over: that takes longer than a drill, and these use neither.
        reap([RUN], host=Host(find_program=lambda _: None))
        if left := left_behind():
            yield f"reap left {', '.join(map(str, left))}"


def left_behind() -> list[Path]:
    """Leases and vaults that are still there."""
    return [path for part in ("leases", "vaults") for path in (cache_root() / part).glob("*")]


def truth_of(lab: RehearsalLab) -> tuple[str, str]:
    """Why the cluster is not back, and its join hash, asked past the weather and past the harness."""
    for spec in lab.spec.of_role(Role.CONTROL_PLANE):
        machine = lab.machines[spec.name]
        try:
            api = lab.network.api(machine.channel.get("/etc/kubernetes/admin.conf").decode())
            pods = api.list("Pod", "drill")
            join_hash = CA_CERT.parse(machine.channel.run(CA_CERT.argv)).join_hash
        except (LabError, ValueError):
            continue
        running = [pod for pod in pods if pod.get("status", {}).get("phase") == "Running"]
        return ("" if running else "no pod of before runs"), join_hash
    return "no control plane answers", ""
