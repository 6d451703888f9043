"""A machine of the lab as the drill sees it: every question and every command is on record."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import IPv4Address

from harness.errors import CommandError, LabError, StoodStillError
from harness.facts.fact import Answer, Fact, Output
from harness.journal import Kind
from harness.journal.writer import Journal
from harness.providers.seam import Machine
from harness.spec import DataDisk, NodeSpec, OsSlot

#: Each OS disk of a lab was made with it; no machine of anybody else has it.
MARK = "/etc/kubedrill/disk.json"
_COMMAND_BUDGET = timedelta(minutes=10)
#: As the program `timeout` reports it.
_TIMED_OUT = 124
#: How much of a command's output the journal keeps: enough for the message of kubeadm that matters.
_KEPT = 4000


class StepError(LabError):
    """A step on a machine ended with an error; in a recovery this is the finding, elsewhere it is lab trouble."""

    def __init__(self, node: str, argv: Sequence[str], output: Output) -> None:
        words = (output.stderr.strip() or output.stdout.strip() or "it said nothing").splitlines()
        telling = [line for line in words if "error" in line.lower()] or words
        super().__init__(f"'{argv[0]}' failed on machine '{node}' with status {output.status}: {telling[0].strip()}")
        self.add_note(f"It was: {shlex.join(argv)}")
        self.node = node
        self.argv = tuple(argv)
        self.output = output


class Node:
    """One machine and the journal in which it is followed."""

    def __init__(self, machine: Machine, journal: Journal) -> None:
        self.machine = machine
        self._journal = journal
        self._asked: set[tuple[str, str]] = set()

    @property
    def spec(self) -> NodeSpec:
        """What was asked for."""
        return self.machine.spec

    @property
    def name(self) -> str:
        """The machine's name, which outlives its disks."""
        return self.machine.spec.name

    def ask(self, fact: Fact[Answer], moment: str, *, timeout: timedelta | None = None) -> Answer:
        """Ask for a fact, put the raw answer on record, and read it."""
        return fact.parse(self.record(fact, moment, timeout=timeout))

    def record(self, fact: Fact[Answer], moment: str, *, timeout: timedelta | None = None) -> Output:
        """Ask for a fact and put the raw answer on record."""
        return self.observe(fact.name, fact.argv, moment, timeout=timeout)

    def observe(self, name: str, argv: Sequence[str], moment: str, *, timeout: timedelta | None = None) -> Output:
        """Run a command whose raw output is a fact of this name."""
        started = self._journal.clock.monotonic()
        try:
            output = self.machine.channel.run(argv, timeout=timeout or _COMMAND_BUDGET)
        except CommandError as late:
            # A question that gets no answer in time is answered by that.
            output = Output(status=_TIMED_OUT, stdout="", stderr=str(late))
        self._journal.write(
            Kind.FACT,
            fact=name,
            subject=self.name,
            moment=moment,
            argv=list(argv),
            status=output.status,
            stdout=output.stdout,
            stderr=output.stderr,
            seconds=round(self._journal.clock.monotonic() - started, 3),
        )
        self._asked.add((name, moment))
        return output

    def was_asked(self, name: str, moment: str) -> bool:
        """Whether a fact of this name is on record for a moment."""
        return (name, moment) in self._asked

    def attempt(self, argv: Sequence[str], *, stdin: bytes | None = None, timeout: timedelta | None = None) -> Output:
        """Run a command, whatever its status."""
        started = self._journal.clock.monotonic()
        output = self.machine.channel.run(argv, stdin=stdin, timeout=timeout or _COMMAND_BUDGET)
        self._journal.write(
            Kind.COMMAND,
            node=self.name,
            argv=list(argv),
            status=output.status,
            stdout=output.stdout[-_KEPT:],
            stderr=output.stderr[-_KEPT:],
            seconds=round(self._journal.clock.monotonic() - started, 3),
        )
        return output

    def run(self, argv: Sequence[str], *, stdin: bytes | None = None, timeout: timedelta | None = None) -> Output:
        """Run a command that has to succeed."""
        output = self.attempt(argv, stdin=stdin, timeout=timeout)
        if output.status != 0:
            raise StepError(self.name, argv, output)
        return output

    def destroy(self, argv: Sequence[str]) -> Output:
        """Run a command that takes something away for good: only on a machine whose OS disk we have made."""
        if self.machine.channel.run(["test", "-f", MARK]).status != 0:
            raise LabError(
                f"Refusing to run '{shlex.join(argv)}' on '{self.name}': it has no '{MARK}', so it is not ours"
            )
        return self.run(argv)

    def put(self, path: str, content: bytes | str, mode: int = 0o644) -> None:
        """Write a file; its content stays out of the journal."""
        started = self._journal.clock.monotonic()
        self.machine.channel.put(path, content.encode() if isinstance(content, str) else content, mode)
        self._journal.write(
            Kind.COMMAND,
            node=self.name,
            argv=["install", f"--mode={mode:04o}", "/dev/stdin", path],
            status=0,
            seconds=round(self._journal.clock.monotonic() - started, 3),
        )

    def get(self, path: str) -> bytes:
        """Read a file; its content stays out of the journal."""
        return self.machine.channel.get(path)

    def power_on(self) -> None:
        """Boot, and say for how long that was waited for; one boot that the host has spoilt is told, and begun anew."""
        with self._journal.wait(f"boot of '{self.name}' from OS disk '{self.machine.slot}'"):
            try:
                self.machine.power_on()
            except StoodStillError as spoilt:
                self._journal.write(Kind.NOTE, text=f"{spoilt}. The boot is begun anew, once.")
                self.machine.power_on()

    def power_off(self) -> None:
        """Shut down in an orderly way."""
        with self._journal.wait(f"shutdown of '{self.name}'"):
            self.machine.power_off()

    def cut(self) -> None:
        """Take the power away."""
        with self._journal.wait(f"power cut of '{self.name}'"):
            self.machine.cut()

    def replace_disks(self) -> None:
        """Throw all disks away and put in blank ones."""
        with self._journal.wait(f"new disks for '{self.name}'"):
            self.machine.replace_disks()

    def readdress(self, ip: IPv4Address) -> None:
        """Give the machine, which is off, another address."""
        self.machine.readdress(ip)
        self._journal.write(Kind.NOTE, text=f"'{self.name}' will have the address {ip}")

    def rename(self, hostname: str) -> None:
        """Let the machine, which is off, call itself something else."""
        self.machine.rename(hostname)
        self._journal.write(Kind.NOTE, text=f"'{self.name}' will call itself '{hostname}'")

    def kill_disk(self, name: DataDisk) -> None:
        """Let a data disk die while it is in use."""
        self.machine.kill_disk(name)
        self._journal.write(Kind.NOTE, text=f"the data disk '{name}' of '{self.name}' is dead")

    def replace_disk(self, name: DataDisk) -> None:
        """Put in a blank data disk for the one that is there."""
        with self._journal.wait(f"a new data disk '{name}' for '{self.name}'"):
            self.machine.replace_disk(name)

    def isolate(self) -> None:
        """Let nothing pass between it and the lab's network, while it goes on."""
        self.machine.isolate()
        self._journal.write(Kind.NOTE, text=f"'{self.name}' is cut off from the network, with its power on")

    def reconnect(self) -> None:
        """Let it be in the lab's network again."""
        self.machine.reconnect()
        self._journal.write(Kind.NOTE, text=f"'{self.name}' is in the network again")

    def choose(self, slot: OsSlot) -> None:
        """Make this OS disk the one of the next boot."""
        self.machine.choose(slot)
        self._journal.write(Kind.NOTE, text=f"'{self.name}' will boot from OS disk '{slot}'")
