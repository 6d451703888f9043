"""A vault over S3, seen from its own machine and from those of its clients."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from harness.errors import LabError
from harness.facts.fact import Output
from harness.facts.vault import BACKUPS

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

UNIT = "kubedrill-vault.service"
_OWN = "/etc/kubedrill/vault"
_CERTIFICATE, _ACCOUNTS = f"{_OWN}/cert.pem", f"{_OWN}/accounts/users.json"
_CLIENT = "/etc/kubedrill-backup"
#: Who owns the bucket, which is none before it has an owner.
_OWNER = "/srv/vault/.owner"
_SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
#: How many names a page has at most.
PAGE = 1000
#: What curl says of itself.
_GOT, _NO_SERVER, _REFUSED, _UNKNOWN = 0, 7, 22, 60
#: What a client has, by its name: files, or what a Secret holds.
Read = Callable[[str], bytes | None]


def own_files(machine: SimulatedMachine) -> Read:
    """What a client on this machine finds in its folder."""
    return lambda name: machine.read(f"{_CLIENT}/{name}")


def bucket_at(machine: SimulatedMachine, target: str, read: Read) -> tuple[SimulatedMachine | None, Output]:
    """The vault under this URL, if it lets the client in; and what curl says."""
    url = urlsplit(target)
    vault = machine.world.at(url.hostname or "", machine)
    if vault is None or not vault.units.is_active(UNIT) or url.scheme != "https":
        return None, _failed(_NO_SERVER, f"Failed to connect to {url.hostname} port {url.port}")
    if vault.read(_CERTIFICATE) != read("vault.crt"):
        return None, _failed(_UNKNOWN, "SSL certificate problem: self-signed certificate")
    told = re.search(r'^user = "(\w+):(\w+)"$', (read("curl") or b"").decode(), flags=re.MULTILINE)
    accounts = json.loads(vault.read(_ACCOUNTS) or b"{}").get("accessAccounts", {})
    known = told is not None and told[1] in accounts and accounts[told[1]]["secret"] == told[2]
    if told is None or not known or vault.read(_OWNER) != told[1].encode():
        return None, _failed(_REFUSED, "The requested URL returned error: 403")
    return vault, Output(status=0, stdout="")


def make_bucket(machine: SimulatedMachine, argv: list[str]) -> Output:
    """`versitygw admin create-bucket`, beside a server that runs."""
    words = argv[argv.index("create-bucket") :]
    if not machine.units.is_active(UNIT):
        return Output(status=1, stdout="", stderr="dial tcp: connect: connection refused\n")
    if machine.read(_OWNER) is not None:
        return Output(status=1, stdout="", stderr="BucketAlreadyExists\n")
    machine.write(_OWNER, words[words.index("--owner") + 1], 0o600)
    return Output(status=0, stdout="")


def connections(machine: SimulatedMachine, argv: list[str]) -> Output:
    """`ss`: one connection for each machine whose backup is on its way."""
    if argv[-1] != "sport = :7070":
        raise LabError(f"The rehearsal knows no 'ss {' '.join(argv)}'")
    senders = [one for one in machine.world.machines.values() if one.is_on and one.backups.is_uploading]
    return Output(status=0, stdout="".join(f"0 0 {machine.spec.ip}:7070 {one.spec.ip}:40000\n" for one in senders))


def curl(machine: SimulatedMachine, argv: list[str]) -> Output:
    """A page of a listing, or some files."""
    match argv:
        case ["--config", "/etc/kubedrill-backup/curl", "--header", _, "--config", wanted, "--write-out", _]:
            return _fetch(machine, (machine.read(wanted) or b"").decode())
        case ["--config", "/etc/kubedrill-backup/curl", "--header", _, url]:
            vault, said = bucket_at(machine, url, own_files(machine))
            return said if vault is None else Output(status=0, stdout=_listed(vault, url))
        case _:
            raise LabError(f"The rehearsal knows no 'curl {' '.join(argv)}'")


def _fetch(machine: SimulatedMachine, wanted: str) -> Output:
    ends, last = [], Output(status=0, stdout="")
    for url, target in re.findall(r'^url = "(.*)"\noutput = "(.*)"$', wanted, flags=re.MULTILINE):
        vault, last = bucket_at(machine, url, own_files(machine))
        if vault is None:
            ends.append(f"{'403' if last.status == _REFUSED else '000'}-{last.status}")
            continue
        found = vault.read(f"/srv/vault{urlsplit(url).path}")
        if found is not None:
            machine.write(target, found, 0o600)
        ends.append(f"200-{_GOT}" if found is not None else f"404-{_REFUSED}")
    return Output(status=last.status, stdout="".join(f"{one}\n" for one in ends), stderr=last.stderr)


def _listed(vault: SimulatedMachine, url: str) -> str:
    asked = parse_qs(urlsplit(url).query)
    after = asked.get("continuation-token", [""])[0]
    names = [name for name in sorted(set(_names(vault))) if name > after]
    page = Element(f"{{{_SPACE}}}ListBucketResult")
    SubElement(page, f"{{{_SPACE}}}IsTruncated").text = "true" if len(names) > PAGE else "false"
    if len(names) > PAGE:
        SubElement(page, f"{{{_SPACE}}}NextContinuationToken").text = names[PAGE - 1]
    for name in names[:PAGE]:
        SubElement(SubElement(page, f"{{{_SPACE}}}CommonPrefixes"), f"{{{_SPACE}}}Prefix").text = f"{name}/"
    return tostring(page, encoding="unicode")


def _names(vault: SimulatedMachine) -> Iterator[str]:
    for path in vault.below(BACKUPS):
        yield path.removeprefix(f"{BACKUPS}/").partition("/")[0]


def _failed(status: int, words: str) -> Output:
    return Output(status=status, stdout="", stderr=f"curl: ({status}) {words}\n")
