"""The way into a simulated machine: it knows the commands that drills use, and no others."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from harness.errors import LabError
from harness.facts.fact import Output
from harness.providers.rehearsal import files
from harness.providers.rehearsal.crictl import crictl, ctr
from harness.providers.rehearsal.etcdctl import etcdctl
from harness.providers.rehearsal.etcdutl import etcdutl
from harness.providers.rehearsal.kubeadm import Kubeadm
from harness.providers.rehearsal.kubectl import kubectl

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_SECONDS = 0.02
#: How long who connects waits for an answer.
_CONNECTING_SECONDS = 2.0
_Command = Callable[[list[str]], Output]
#: What would make a line more than words.
_SHELL = set("|&;<>$`*?(){}")


class SimulatedChannel:
    """Commands and files on one simulated machine."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._commands: dict[str, _Command] = {
            **{name: self._on_files(command) for name, command in files.COMMANDS.items()},
            "command": self._which,
            "crictl": lambda argv: crictl(machine, argv),
            "ctr": lambda argv: ctr(machine, argv),
            "etcdctl": lambda argv: etcdctl(machine, argv),
            "etcdutl": lambda argv: etcdutl(machine, argv),
            # Not every distribution has it, so pytest-testinfra asks and goes on without.
            "lsb_release": lambda _: Output(status=127, stdout="", stderr="lsb_release: command not found\n"),
            "ip": self._addresses,
            "kubeadm": lambda argv: Kubeadm(machine).run(argv),
            "kubectl": lambda argv: kubectl(machine, argv),
            "journalctl": lambda _: Output(status=0, stdout=f"{machine.control_plane.last_words}\n"),
            "ps": lambda _: machine.units.processes(),
            "pkill": self._signal,
            "sh": self._shell,
            "socat": self._socat,
            "systemctl": lambda argv: machine.units.systemctl(argv),
            "uname": lambda _: Output(status=0, stdout="Linux\n"),
        }

    def run(self, argv: Sequence[str], *, stdin: bytes | None = None, timeout: timedelta | None = None) -> Output:  # noqa: ARG002
        """Run a command that the simulation knows; any other one is an error of the lab."""
        self._must_be_on(f"cannot run '{argv[0]}'")
        self._machine.world.call(f"channel.run:{self._machine.spec.name}:{argv[0]}", _SECONDS)
        return self._dispatch(list(argv))

    def put(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Write a file and sync it."""
        self._must_be_on(f"cannot take the file '{path}'")
        self._machine.world.call(f"channel.put:{self._machine.spec.name}", _SECONDS)
        self._machine.write(path, content, mode, sync=True)

    def get(self, path: str) -> bytes:
        """Read a file."""
        self._must_be_on(f"cannot give the file '{path}'")
        self._machine.world.call(f"channel.get:{self._machine.spec.name}", _SECONDS)
        content = self._machine.read(path)
        if content is None:
            raise LabError(f"The file '{path}' of machine '{self._machine.spec.name}' cannot be read: there is none")
        return content

    def _dispatch(self, argv: list[str]) -> Output:
        command = self._commands.get(argv[0])
        if command is None:
            raise LabError(f"The rehearsal does not know the command '{shlex.join(argv)}'")
        return command(argv[1:])

    def _socat(self, argv: list[str]) -> Output:
        """Whether a connection comes about: to a machine without power, or out of reach, none does."""
        address = argv[-1].removeprefix("TCP:").partition(",")[0]
        if self._machine.world.at(address.partition(":")[0], self._machine) is not None:
            return Output(status=0, stdout="")
        self._machine.world.clock.spend(_CONNECTING_SECONDS)
        return Output(status=1, stdout="", stderr=f"socat[1] E connect(5, {address}): Connection timed out\n")

    def _on_files(self, command: files.FileCommand) -> _Command:
        return lambda argv: command(self._machine, argv)

    def _which(self, argv: list[str]) -> Output:
        found = [word for word in argv if word in self._commands]
        return Output(status=0 if found else 1, stdout="".join(f"/usr/bin/{word}\n" for word in found))

    def _addresses(self, argv: list[str]) -> Output:
        if argv[:4] != ["-json", "-4", "address", "show"]:
            raise LabError(f"The rehearsal knows no 'ip {' '.join(argv)}'")
        links = [{}, {"ifname": "eth0", "addr_info": [{"local": str(self._machine.spec.ip)}]}]
        return Output(status=0, stdout=f"{json.dumps(links)}\n")

    def _signal(self, argv: list[str]) -> Output:
        found = (
            self._machine.sidecar.halt(argv[-1])
            if argv[:2] == ["--signal", "STOP"]
            else self._machine.control_plane.crash(argv[-1])
        )
        return Output(status=0 if found else 1, stdout="")

    def _shell(self, argv: list[str]) -> Output:
        # pytest-testinfra asks through a shell; lines that are plain words need none.
        if len(argv) != 2 or argv[0] != "-c" or _SHELL & set(argv[1]):
            raise LabError(f"The rehearsal has no shell for '{shlex.join(argv)}'")
        return self._dispatch(shlex.split(argv[1]))

    def _must_be_on(self, what: str) -> None:
        if not self._machine.is_on:
            raise LabError(f"The machine '{self._machine.spec.name}' is off, so it {what}")
