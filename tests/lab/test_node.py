from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import LabError
from harness.facts.boot import BOOT_ID
from harness.facts.disk import OS_DISK
from harness.facts.fact import Output
from harness.journal import History, Kind, read_journal
from harness.journal.writer import Journal
from harness.lab import Node, StepError
from harness.lab.node import MARK
from harness.pytest_plugin.backend import host_over
from harness.spec import OsSlot
from tests.lab.stage import Stage, stage

__all__ = ["stage"]


def history(stage: Stage) -> History:
    return read_journal(stage.journal.path)


def test_a_fact_is_read_and_its_raw_output_put_on_record(stage: Stage) -> None:
    node = stage.node("master1")
    node.power_on()
    assert node.ask(OS_DISK, "before").slot == "a"
    told = history(stage).first(Kind.FACT, fact="os-disk", subject="master1", moment="before")
    assert told is not None
    assert '"slot": "a"' in told.data["stdout"]
    assert told.data["argv"] == list(OS_DISK.argv)


def test_a_step_that_is_refused_says_who_what_and_why(stage: Stage) -> None:
    node = stage.node("master1")
    node.power_on()
    with pytest.raises(StepError, match="'rm' failed on machine 'master1' with status 1: rm: cannot remove") as refused:
        node.run(["rm", "/nowhere"])
    assert refused.value.argv == ("rm", "/nowhere")
    assert "It was: rm /nowhere" in refused.value.__notes__
    assert node.attempt(["rm", "/nowhere"]).status == 1


def test_the_line_with_the_error_is_the_one_that_is_told() -> None:
    output = Output(status=1, stdout="", stderr="[WARNING Swap]: on\nerror: it broke\nmore\n")
    assert str(StepError("m", ["kubeadm"], output)).endswith("with status 1: error: it broke")
    assert str(StepError("m", ["true"], Output(status=2, stdout="", stderr=""))).endswith("it said nothing")


def test_the_content_of_files_stays_out_of_the_journal(stage: Stage) -> None:
    node = stage.node("master1")
    node.power_on()
    node.put("/etc/secret", "the-secret-itself", 0o600)
    assert node.get("/etc/secret") == b"the-secret-itself"
    assert "the-secret-itself" not in stage.journal.path.read_text()
    told = history(stage).last(Kind.COMMAND)
    assert told is not None
    assert told.data["argv"] == ["install", "--mode=0600", "/dev/stdin", "/etc/secret"]


def test_power_is_waited_for_on_record_and_each_boot_is_another(stage: Stage) -> None:
    node = stage.node("master1")
    node.power_on()
    first = node.ask(BOOT_ID, "before")
    node.cut()
    node.choose(OsSlot.B)
    node.power_on()
    assert node.ask(BOOT_ID, "after") != first
    waits = [event.data["on"] for event in history(stage).of(Kind.WAIT, state="start")]
    booted = "boot of 'master1' from OS disk"
    assert waits == [f"{booted} 'a'", "power cut of 'master1'", f"{booted} 'b'"]


def test_a_machine_that_is_off_answers_nothing(stage: Stage) -> None:
    with pytest.raises(LabError, match="The machine 'master1' is off"):
        stage.node("master1").run(["sync"])


def test_testinfra_asks_a_machine_through_its_channel_and_on_record(stage: Stage) -> None:
    node = stage.node("master1")
    node.power_on()
    node.put("/etc/motd", "hello\n")
    host = host_over(node)
    assert host.file("/etc/motd").content_string == "hello\n"
    assert host.file("/etc/motd").exists
    assert not host.file("/etc/nothing").exists
    assert host.run("cat /etc/motd").stdout == "hello\n"
    assert host.run("cat /etc/nothing").rc == 1
    told = history(stage).last(Kind.COMMAND)
    assert told is not None
    assert told.data["argv"] == ["sh", "-c", "cat /etc/nothing"]


def test_a_node_belongs_to_its_journal(tmp_path: Path, stage: Stage) -> None:
    other = Journal(tmp_path / "other.jsonl", stage.provider.clock)
    Node(stage.lab.machines["spare1"], other).power_on()
    assert "spare1" not in stage.journal.path.read_text()
    assert "spare1" in other.path.read_text()


def test_nothing_is_taken_away_on_a_machine_without_the_mark_of_a_lab(stage: Stage) -> None:
    node = stage.node("master1")
    node.power_on()
    node.put("/etc/precious", "x")
    node.machine.channel.run(["rm", MARK])
    with pytest.raises(LabError, match="Refusing to run 'rm /etc/precious' on 'master1'"):
        node.destroy(["rm", "/etc/precious"])
    assert node.get("/etc/precious") == b"x"
    node.put(MARK, "{}")
    assert node.destroy(["rm", "/etc/precious"]).status == 0
    with pytest.raises(LabError):
        node.get("/etc/precious")
