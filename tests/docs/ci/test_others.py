"""The steps of the templates for GitLab, Jenkins and systemd run, and end as the drills do."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.ci.beats import beat
from tests.docs.ci.checkout import ROOT, Checkout, make_checkout

CI = ROOT / "docs/ci"
BASH, SH = ("bash", "-e", "-o", "pipefail"), ("sh", "-x", "-e")
GITLAB: dict[str, Any] = yaml.safe_load((CI / "gitlab-ci.yml").read_text())
NODE = {"CI_NODE_INDEX": "3", "CI_NODE_TOTAL": "32"}
SHARD = {"SHARD": "3/32"}
UNITS = sorted((CI / "systemd").glob("*.*"))
#: Unit, service, timer and install sections, as far as these units have them.
KEYS = {
    *("Description", "Documentation", "After", "Wants", "OnFailure"),
    *("Type", "WorkingDirectory", "Environment", "EnvironmentFile", "CacheDirectory", "StateDirectory"),
    *("ExecStartPre", "ExecStart", "ExecStopPost", "KillMode", "TimeoutStartSec", "TimeoutStopSec"),
    *("OnCalendar", "RandomizedDelaySec", "Persistent", "WantedBy"),
}
_BLOCK = re.compile(r"sh(?:\(returnStatus: true, script:)? ?'''\n(.*?)'''", re.DOTALL)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path)


def gitlab(name: str, part: str = "script") -> str:
    """One part of a job, as the runner puts its lines together."""
    return "\n".join(GITLAB[name][part])


def jenkins(name: str) -> list[str]:
    """The shell blocks of a Jenkinsfile, as Groovy reads them."""
    text = (CI / name).read_text()
    blocks = [block.replace("\\\\", "\\") for block in _BLOCK.findall(text)]
    assert len(blocks) == text.count("'''") // 2
    return blocks


def unit(name: str, key: str) -> list[str]:
    """The values of a key of a systemd unit."""
    lines = (CI / "systemd" / name).read_text().splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{key}=")]


@pytest.mark.parametrize(("spoiled", "status"), [("", 0), ("--sabotage leaked-secret", 1)])
def test_a_night_on_gitlab_ends_as_its_drills(checkout: Checkout, spoiled: str, status: int) -> None:
    checkout.env["SHIM_RUN"] = spoiled
    ended = checkout.run(gitlab("drills", "before_script") + "\n" + gitlab("drills"), NODE, BASH)
    assert ended.returncode == status, ended.stderr
    assert checkout.run(gitlab("drills", "after_script"), NODE, BASH).returncode == 0
    assert checkout.kubedrill == ["setup", "doctor", "reap", "run", "status", "reap", "summary"]
    assert "# Run" in (checkout.folder / "artifacts/summary.md").read_text()
    junit = list(checkout.folder.glob(GITLAB["drills"]["artifacts"]["reports"]["junit"]))
    assert len(junit) == 1
    told = json.loads((checkout.folder / "artifacts/heartbeat-3.json").read_text())
    assert (told["shard"], told["status"]) == ("3/32", status)


def test_gitlab_asks_once_more_only_where_nobody_can_tell() -> None:
    assert GITLAB["drills"]["retry"] == {"max": 1, "exit_codes": [3]}
    assert "allow_failure" not in GITLAB["drills"]
    assert GITLAB["drills"]["artifacts"]["when"] == "always"


@pytest.mark.parametrize(("there", "red"), [(("1/2", "2/2"), False), (("1/2",), True), ((), True)])
def test_gitlab_hands_heartbeats_from_the_night_to_the_watch(
    checkout: Checkout, there: tuple[str, ...], red: bool
) -> None:
    (checkout.folder / "artifacts").mkdir()
    for shard in there:
        (checkout.folder / f"artifacts/heartbeat-{shard[0]}.json").write_bytes(beat(shard=shard))
    told = {"HEARTBEATS": "https://gitlab.example/heartbeats.tar", "CI_JOB_TOKEN": "t"}
    assert (checkout.run(gitlab("whole"), told, BASH).returncode != 0) is red
    assert (checkout.run(gitlab("watch"), told, BASH).returncode != 0) is red
    assert GITLAB["whole"]["variables"] == GITLAB["watch"]["variables"]


@pytest.mark.parametrize(("spoiled", "status"), [("", 0), ("--sabotage lab-breaks-first", 3)])
def test_a_night_on_jenkins_ends_as_its_drills(checkout: Checkout, spoiled: str, status: int) -> None:
    checkout.env["SHIM_RUN"] = spoiled
    prepare, drills, after = jenkins("Jenkinsfile.night")
    assert checkout.run(prepare, SHARD, SH).returncode == 0
    ended = checkout.run(drills, SHARD, SH)
    assert ended.returncode == status, ended.stderr
    assert checkout.run(after, SHARD, SH).returncode == 0
    assert checkout.kubedrill == ["setup", "doctor", "reap", "run", "status", "reap", "summary"]
    assert json.loads((checkout.folder / "artifacts/heartbeat-3.json").read_text())["status"] == status
    assert "allowEmptyResults:" not in (CI / "Jenkinsfile.night").read_text()


def test_the_shards_on_jenkins_are_all_of_one_division() -> None:
    found = re.search(r"values ('\d.*)", (CI / "Jenkinsfile.night").read_text())
    assert found is not None
    shards = [word.strip(" '") for word in found[1].split(",")]
    assert shards == [f"{number}/{len(shards)}" for number in range(1, len(shards) + 1)]


@pytest.mark.parametrize("there", [True, False])
def test_the_watch_on_jenkins_is_red_without_a_night(checkout: Checkout, there: bool) -> None:
    first, second = jenkins("Jenkinsfile.watch")
    assert checkout.run(first, {}, SH).returncode == 0
    if there:
        (checkout.folder / "night").mkdir()
        (checkout.folder / "night/heartbeat-1.json").write_bytes(beat(shard="1/1"))
    assert checkout.run(second, {}, SH).returncode == (0 if there else 3)


def test_a_night_of_systemd_ends_as_its_drills(checkout: Checkout) -> None:
    (checkout.root / "state").mkdir()
    lines = [
        line.replace("/var/lib/kubedrill", str(checkout.root / "state")).replace("run all", "run drain")
        for key in ("ExecStartPre", "ExecStart", "ExecStopPost")
        for line in unit("kubedrill-night.service", key)
    ]
    statuses = [checkout.run(line, {}, ("sh",)).returncode for line in lines]
    assert statuses == [0] * 5
    assert checkout.kubedrill == ["doctor", "reap", "run", "reap"]
    (watch,) = unit("kubedrill-watch.service", "ExecStart")
    ended = checkout.run(watch.replace("/var/lib/kubedrill", str(checkout.root / "state")), {}, ("sh",))
    assert ended.returncode == 3
    assert "it was a rehearsal, which is no evidence" in ended.stdout


@pytest.mark.parametrize(
    ("status", "said"), [("1", "The restore does not work"), ("3", "Nobody can tell"), ("143", "was stopped: signal")]
)
def test_the_alarm_of_systemd_tells_statuses_apart(checkout: Checkout, status: str, said: str) -> None:
    (line,) = unit("kubedrill-alarm.service", "ExecStart")
    shim = checkout.root / "bin/systemd-cat"
    shim.write_text("#!/bin/sh\ncat\n")
    shim.chmod(0o755)
    env = {"MONITOR_EXIT_STATUS": status, "MONITOR_SERVICE_RESULT": "signal"}
    assert said in checkout.run(line, env, ("sh",)).stdout


@pytest.mark.parametrize("name", ["gitlab", "jenkins", "systemd"])
def test_without_kvm_nothing_begins_and_no_file_is_left_in_its_place(checkout: Checkout, name: str) -> None:
    (checkout.root / "kvm").unlink()
    script = {
        "gitlab": (gitlab("drills", "before_script"), BASH),
        "jenkins": (jenkins("Jenkinsfile.night")[0], SH),
        "systemd": (unit("kubedrill-night.service", "ExecStartPre")[0], ("sh",)),
    }
    ended = checkout.run(*script[name][:1], {}, script[name][1])
    assert ended.returncode == 3
    assert "cannot be opened" in ended.stdout
    assert not (checkout.root / "kvm").exists()
    assert set(checkout.kubedrill) <= {"setup"}


def test_the_units_have_keys_that_systemd_knows_and_it_finds_no_fault_with_them(checkout: Checkout) -> None:
    keys = {line.partition("=")[0] for path in UNITS for line in path.read_text().splitlines() if line[:1].isalpha()}
    assert keys <= KEYS
    folder = checkout.root / "units"
    folder.mkdir()
    for path in UNITS:
        text = path.read_text().replace("file:///opt/kubedrill", "file:///")
        (folder / path.name).write_text(checkout.script(text))
    # Where there is no systemd nobody needs the units, and the keys are all that can be looked at.
    if shutil.which("systemd-analyze") is not None:
        argv = ["systemd-analyze", "verify", *map(str, sorted(folder.iterdir()))]
        ended = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert (ended.returncode, "kubedrill-" in ended.stderr) == (0, False), ended.stderr


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_each_command_of_a_unit_is_an_absolute_path_that_is_set_up(path: Path) -> None:
    for key in ("ExecStartPre", "ExecStart", "ExecStopPost"):
        for line in unit(path.name, key):
            assert shlex.split(line)[0] in ("/bin/sh", "/opt/kubedrill/.venv/bin/kubedrill")
