"""The steps of the templates for GitHub run, and the job ends as the drills do."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.docs.ci.beats import beat
from tests.docs.ci.checkout import Checkout, make_checkout
from tests.docs.ci.github import SHELL, Job, workflow

NIGHT, WATCH = workflow("github-night.yml"), workflow("github-watch.yml")
SHARD = {"matrix.shard": "3/32", "matrix.number": "3"}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path)


def job(checkout: Checkout, name: str, flow: dict[str, object] = NIGHT, **context: str) -> Job:
    return Job(checkout=checkout, flow=flow, name=name, context=context or SHARD)


def test_the_plan_is_a_matrix_that_the_drills_take(checkout: Checkout) -> None:
    plan = job(checkout, "plan")
    plan.perform()
    assert not plan.failed, plan.said
    jobs = json.loads(plan.outputs["steps.divide.outputs.matrix"])["include"]
    assert len(jobs) == 32
    assert {"shard": "3/32", "number": 3}.items() <= jobs[2].items()
    assert NIGHT["jobs"]["drills"]["strategy"]["matrix"] == "${{ fromJSON(needs.plan.outputs.matrix) }}"
    assert NIGHT["jobs"]["plan"]["outputs"] == {"matrix": "${{ steps.divide.outputs.matrix }}"}
    assert (checkout.folder / "node-images.tar").exists()


def test_a_night_that_passes_is_green_and_leaves_its_heartbeat(checkout: Checkout) -> None:
    drills = job(checkout, "drills")
    drills.perform()
    assert not drills.failed, drills.said
    assert drills.outputs["steps.drills.outputs.status"] == "0"
    assert "::notice title=Passed::Every drill of shard 3/32 passed" in "".join(drills.said)
    assert checkout.kubedrill == ["setup", "doctor", "reap", "run", "status", "reap", "summary"]
    assert "1 of 1 drill passed." in drills.summary()
    assert json.loads((checkout.folder / "artifacts/heartbeat-3.json").read_text())["shard"] == "3/32"
    assert (checkout.root / "root/etc/udev/rules.d/99-kubedrill-kvm.rules").read_text().count('MODE="0666"') == 1


@pytest.mark.parametrize(
    ("spoiled", "status", "said"),
    [
        ("--sabotage leaked-secret", "1", "::error title=The restore does not work::"),
        ("--sabotage lab-breaks-first", "3", "::error title=Nobody can tell::"),
        ("--sabotage nothing", "2", "::error title=Wrong usage::"),
    ],
)
def test_a_night_that_does_not_pass_is_red_says_why_and_is_cleaned_up(
    checkout: Checkout, spoiled: str, status: str, said: str
) -> None:
    checkout.env["SHIM_RUN"] = spoiled
    drills = job(checkout, "drills")
    drills.perform()
    assert drills.failed
    assert drills.outputs["steps.drills.outputs.status"] == status
    assert said in "".join(drills.said)
    assert checkout.kubedrill[-3:] == ["status", "reap", "summary"]
    assert [used.split("@")[0] for used in drills.used].count("actions/upload-artifact") == 2


def test_without_kvm_no_drill_begins(checkout: Checkout) -> None:
    (checkout.root / "kvm").unlink()
    drills = job(checkout, "drills")
    drills.perform()
    assert drills.failed
    assert "::error title=No KVM::" in "".join(drills.said)
    assert "::error title=Not performed::" in "".join(drills.said)
    assert "run" not in checkout.kubedrill
    assert "reap" in checkout.kubedrill


def test_a_cancelled_job_ends_its_drills_and_leaves_nothing(checkout: Checkout) -> None:
    # One rehearsed drill may be over before the signal comes; sixteen are not.
    drills = job(checkout, "drills", **{"matrix.shard": "1/2", "matrix.number": "1"})
    drills.perform(up_to="Perform the drills")
    steps = {step.get("name"): step for step in NIGHT["jobs"]["drills"]["steps"]}
    step = steps["Perform the drills"]
    env = {**checkout.env, **drills.environment(step)}
    # A shell cannot trap what was ignored when it began, as SIGINT is for whatever runs in the background of a script.
    argv = ["env", "--default-signal=INT", *SHELL, "-c", checkout.script(step["run"])]
    with subprocess.Popen(argv, cwd=checkout.folder, env=env, start_new_session=True) as running:
        deadline = time.monotonic() + 60
        while not list(checkout.folder.glob("artifacts/2*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 143
    assert "status=143" in (checkout.root / "github/GITHUB_OUTPUT").read_text()
    checkout.env["SHIM_STATUS"] = "real"
    drills.step(steps["Leave nothing behind"])
    assert not drills.failed
    assert checkout.kubedrill[-1] == "reap"
    shown = checkout.run(".venv/bin/kubedrill status --json", {}, SHELL)
    assert not any(lease["state"] == "alive" for lease in json.loads(shown.stdout)["leases"])


@pytest.mark.parametrize(
    ("provider", "there", "red"),
    [("container", ("1/2", "2/2"), False), ("container", ("1/2",), True), ("rehearsal", ("1/2", "2/2"), True)],
)
def test_shards_that_make_no_whole_are_red_and_tell_nobody(
    checkout: Checkout, provider: str, there: tuple[str, ...], red: bool
) -> None:
    for shard in there:
        path = checkout.folder / f"heartbeats/heartbeat-{shard[0]}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(beat(provider=provider, shard=shard))
    whole = job(checkout, "whole", **{"secrets.HEARTBEAT_URL": "https://watch.example/secret"})
    whole.perform()
    assert whole.failed is red
    assert any(line.startswith("curl ") for line in checkout.log) is not red


def test_without_an_address_nobody_is_told(checkout: Checkout) -> None:
    (checkout.folder / "heartbeats").mkdir()
    (checkout.folder / "heartbeats/heartbeat-1.json").write_bytes(beat(shard="1/1"))
    whole = job(checkout, "whole")
    whole.perform()
    assert not whole.failed
    assert not any(line.startswith("curl ") for line in checkout.log)


@pytest.mark.parametrize(("night", "red"), [(False, True), (True, False)])
def test_the_watch_is_red_where_there_was_no_night(checkout: Checkout, night: bool, red: bool) -> None:
    if night:
        (checkout.folder / "heartbeats/heartbeat-1").mkdir(parents=True)
        (checkout.folder / "heartbeats/heartbeat-1/heartbeat-1.json").write_bytes(beat(shard="1/1"))
    watch = job(checkout, "watch", WATCH)
    watch.perform()
    assert watch.failed is red
