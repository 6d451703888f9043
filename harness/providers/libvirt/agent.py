"""Commands and files on a virtual machine by its guest agent: no network is needed, and none of the lab's is used."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import libvirt
import libvirt_qemu

from harness.errors import CommandError, LabError
from harness.facts.fact import Output
from harness.providers.libvirt.reply import Ended, ended, number_of, returned
from harness.providers.local.files import read_file, write_file

#: What commands on a machine know of it.
ENVIRONMENT = (
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME=/root",
    "LANG=C.UTF-8",
    "KUBECONFIG=/etc/kubernetes/admin.conf",
    # Commands are short: what they leave behind is gone before it has to be collected.
    "GOGC=400",
)
#: A busy machine under emulation takes its time to answer at all.
_ANSWER_SECONDS = 30
#: More than this at once, and an agent under emulation is not heard of any more.
_PIECE = 48 * 1024
#: What it sends is bounded at 10 MiB by libvirt, of which base64 takes a third.
_READ_PIECE = 1024 * 1024
#: Each look costs an emulated machine some milliseconds of its processor: it comes a tenth later than it could.
_FIRST_LOOK, _LAST_LOOK, _LATENESS = 0.005, 1.0, 0.1


class AgentChannel:
    """Asks the agent to start a command, and looks until it has ended."""

    def __init__(self, name: str, domain: Callable[[], libvirt.virDomain | None]) -> None:
        self._name = name
        self._domain = domain

    def run(self, argv: Sequence[str], *, stdin: bytes | None = None, timeout: timedelta | None = None) -> Output:
        """Run a command to its end, whatever its status."""
        done = self._execute(argv, stdin, timeout)
        return Output(
            status=done.status,
            stdout=done.stdout.decode(errors="replace"),
            stderr=done.stderr.decode(errors="replace"),
        )

    def put(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Write a file with its folders; it is on the disk when this returns."""
        write_file(self.run, self._name, path, content, mode, piece=_PIECE)

    def get(self, path: str) -> bytes:
        """Read a file."""

        def read(offset: int, count: int) -> bytes:
            argv = ["dd", f"if={path}", "iflag=skip_bytes,count_bytes", f"skip={offset}", f"count={count}"]
            done = self._execute([*argv, "status=none"], None, None)
            if done.status != 0:
                why = done.stderr.decode(errors="replace").strip()
                raise LabError(f"The file '{path}' of machine '{self._name}' cannot be read: {why}")
            return done.stdout

        return read_file(read, piece=_READ_PIECE)

    def answers(self) -> bool:
        """Whether the agent is there; one that does not answer within seconds is not."""
        domain = self._domain()
        if domain is None:
            return False
        try:
            libvirt_qemu.qemuAgentCommand(domain, json.dumps({"execute": "guest-ping"}), 5, 0)
        except libvirt.libvirtError:
            return False
        return True

    def _execute(self, argv: Sequence[str], stdin: bytes | None, timeout: timedelta | None) -> Ended:
        started = time.monotonic()
        wanted: dict[str, Any] = {"path": "/usr/bin/env", "arg": ["--", *argv], "env": list(ENVIRONMENT)}
        wanted["capture-output"] = True
        if stdin is not None:
            wanted["input-data"] = base64.b64encode(stdin).decode()
        number = number_of(self._ask("guest-exec", wanted, argv[0]), self._name)
        while True:
            state = self._ask("guest-exec-status", {"pid": number}, argv[0])
            if state.get("exited"):
                return ended(state, self._name)
            spent = time.monotonic() - started
            if timeout is not None and spent > timeout.total_seconds():
                self._ask("guest-exec", {"path": "/bin/kill", "arg": ["-KILL", str(number)]}, "kill")
                raise CommandError(f"'{argv[0]}' on machine '{self._name}' was ended after {spent:.1f} s, its limit")
            time.sleep(min(max(spent * _LATENESS, _FIRST_LOOK), _LAST_LOOK))

    def _ask(self, command: str, arguments: dict[str, Any], what: str) -> dict[str, Any]:
        domain = self._domain()
        if domain is None:
            raise LabError(f"The machine '{self._name}' is off, so it cannot run '{what}'")
        message = json.dumps({"execute": command, "arguments": arguments})
        try:
            answer = libvirt_qemu.qemuAgentCommand(domain, message, _ANSWER_SECONDS, 0)
        except libvirt.libvirtError as silent:
            raise LabError(f"The agent of machine '{self._name}' cannot run '{what}': {silent}") from silent
        return returned(answer, self._name, what)
