"""pytest-testinfra asks machines of a lab through their channel."""

from __future__ import annotations

from typing import Any

import testinfra.host
from testinfra.backend.base import BaseBackend, CommandResult

from harness.lab import Node


class NodeBackend(BaseBackend):  # type: ignore[misc]
    """Runs testinfra's commands on a machine, on record like all others."""

    NAME = "kubedrill"

    def __init__(self, node: Node, **options: Any) -> None:
        super().__init__(node.name, **options)
        self._node = node

    def run(self, command: str, *args: str, **_: Any) -> CommandResult:
        """Run a command that testinfra has quoted."""
        # testinfra's modules are made of shell commands; its own quoting is applied first.
        line = self.get_command(command, *args)
        output = self._node.attempt(["sh", "-c", line])
        return self.result(output.status, self.encode(line), output.stdout, output.stderr)


def host_over(node: Node) -> testinfra.host.Host:
    """A machine as testinfra knows hosts."""
    return testinfra.host.Host(NodeBackend(node))
