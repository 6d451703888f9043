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
_AS_NODE = "user: system:node:"
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
class Hostname:
    """What a machine calls itself."""

    name: str = "hostname"
    argv: tuple[str, ...] = ("cat", "/proc/sys/kernel/hostname")

    def parse(self, output: Output) -> str:
        """Its name."""
        said = succeeded(output).strip()
        if not said or " " in said:
            raise ValueError(f"not a hostname: {shortened(said) or 'empty'}")
        return said


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


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeletUser:
    """The Node that a control plane's kubelet says it is, in its kubeconfig; the rest of the file is a secret."""

    name: str = "kubelet-user"
    argv: tuple[str, ...] = ("grep", "--only-matching", "user: system:node:.*", "/etc/kubernetes/kubelet.conf")

    def parse(self, output: Output) -> str:
        """Its name."""
        said = succeeded(output).strip()
        if not said.startswith(_AS_NODE) or "\n" in said:
            raise ValueError(f"not the user of one kubelet: {shortened(said) or 'nothing'}")
        return said.removeprefix(_AS_NODE)


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
HOSTNAME = Hostname()
CERTIFICATES_REUSED = ReusedCertificates()
ADMIN_SERVER = Server(name="admin-server", path="/etc/kubernetes/admin.conf")
KUBELET_USER = KubeletUser()
KUBELET_SERVER = Server(name="kubelet-server", path="/etc/kubernetes/kubelet.conf")
