"""What says under which address a control plane is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from harness.facts.fact import Output
from harness.facts.reading import read_json, shortened, succeeded
from harness.spec.lab import NETWORK

_SERVER = re.compile(r"\"?server\"?: \"?(https://[^\s\"}]+)")
_REUSED = re.compile(r"Using existing (\S+) certificate and key")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Address:
    local: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    addresses: Annotated[list[_Address] | None, Field(alias="addr_info")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabAddresses:
    """The addresses that a machine has in the lab's network."""

    name: str = "lab-addresses"
    argv: tuple[str, ...] = ("ip", "-json", "-4", "address", "show", "to", str(NETWORK))

    def parse(self, output: Output) -> tuple[str, ...]:
        """The addresses, in order; there is at least one."""
        links = read_json(list[_Link], output)
        found = sorted(one.local for link in links for one in link.addresses or [] if one.local)
        if not found:
            raise ValueError(f"the machine has no address in {NETWORK}")
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a kubeconfig of a machine leads; the rest of the file is a secret."""

    name: str
    path: str

    @property
    def argv(self) -> tuple[str, ...]:
        """The question for one line."""
        return ("grep", "--only-matching", "server: .*", self.path)

    def parse(self, output: Output) -> str:
        """Its URL."""
        return server_in(succeeded(output))


def server_in(text: str) -> str:
    """The first API server that a kubeconfig names."""
    found = _SERVER.search(text)
    if found is None:
        raise ValueError(f"no kubeconfig names a server: {shortened(text) or 'nothing'}")
    return found[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReusedCertificates:
    """The certificates that kubeadm finds good enough; the command is written down as it was run."""

    name: str = "certificates-reused"
    argv: tuple[str, ...] = ("kubeadm", "init", "phase", "certs", "all")

    def parse(self, output: Output) -> tuple[str, ...]:
        """Their names, in kubeadm's order."""
        return tuple(_REUSED.findall(succeeded(output)))


LAB_ADDRESSES = LabAddresses()
CERTIFICATES_REUSED = ReusedCertificates()
ADMIN_SERVER = Server(name="admin-server", path="/etc/kubernetes/admin.conf")
KUBELET_SERVER = Server(name="kubelet-server", path="/etc/kubernetes/kubelet.conf")
