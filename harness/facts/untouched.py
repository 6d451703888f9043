"""What a restore would change on a control plane, as long as it has changed nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.facts.fact import Output
from harness.facts.reading import shortened, succeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPlaneFiles:
    """The files and folders of a control plane and of its etcd; what etcd itself writes all the time is left out."""

    name: str = "control-plane-files"
    argv: tuple[str, ...] = (
        *("find", "/etc/kubernetes", "/var/lib/etcd", "-not", "-path", "/var/lib/etcd/member/*"),
        *("-printf", "%p %i %T@\\n"),
    )

    def parse(self, output: Output) -> Mapping[str, str]:
        """Each with its inode and the time of its last change."""
        lines = succeeded(output).splitlines()
        found = {path: f"{inode} {time}" for path, inode, time in (line.rsplit(" ", 2) for line in lines)}
        if not found:
            raise ValueError(f"not a list of files: {shortened(output.stdout) or 'nothing'}")
        return found


CONTROL_PLANE_FILES = ControlPlaneFiles()
