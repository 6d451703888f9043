"""The last looks: what the reports must not hold, and what the host must not have kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.facts import WITNESS, Fact, Moment
from harness.facts.witness import HOST_AUDIT, SECRET_SCAN
from harness.journal import Kind as Told
from harness.journal.redaction import redact
from harness.journal.writer import Journal
from harness.ownership import HostState, Kind, State, audit, host_state, read_leases
from harness.providers.seam import Lab


def note(journal: Journal, fact: Fact[object], moment: str, answer: Any) -> None:
    """Put something that the witness found on record."""
    journal.write(
        Told.FACT,
        fact=fact.name,
        subject=WITNESS,
        moment=moment,
        argv=list(fact.argv),
        status=0,
        stdout=json.dumps(answer),
        stderr="",
        seconds=0,
    )


def keep_consoles(journal: Journal, lab: Lab, folder: Path) -> None:
    """Make the consoles of all machines evidence."""
    for machine in lab.machines.values():
        if machine.console.exists():
            _take_secrets_out(machine.console)
            machine.console.chmod(0o644)
            digest = hashlib.sha256(machine.console.read_bytes()).hexdigest()
            journal.write(
                Told.EVIDENCE,
                path=str(machine.console.relative_to(folder)),
                sha256=digest,
                origin=f"console of '{machine.spec.name}'",
            )


def _take_secrets_out(path: Path) -> None:
    """A console shows what any program of the machine says there; it is evidence as far as it holds no secret."""
    text = path.read_bytes().decode(errors="surrogateescape")
    clean = redact(text)
    if clean != text:
        path.write_bytes(clean.encode(errors="surrogateescape"))


def scan_for_secrets(journal: Journal, folder: Path, secrets: Iterable[str]) -> None:
    """Look for every secret that the drill knew in all that it leaves behind."""
    wanted = [secret.encode() for secret in secrets if secret]
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = []
    for path in files:
        content = path.read_bytes()
        found += [str(path.relative_to(folder)) for secret in wanted if secret in content]
    note(journal, SECRET_SCAN, Moment.END, {"scanned": len(files) if wanted else 0, "found": sorted(set(found))})


@dataclass(frozen=True, slots=True, kw_only=True)
class HostBefore:
    """The host when a drill begins: its clock and settings, and what dead runs own there."""

    state: HostState
    found: tuple[str, ...]

    @classmethod
    def now(cls) -> HostBefore:
        """A snapshot."""
        dead = [lease for lease in read_leases() if lease.state is State.DEAD]
        return cls(
            state=host_state(), found=tuple(f"{one.kind} '{one.name}'" for lease in dead for one in lease.claims)
        )


def audit_host(journal: Journal, run: str, lab: str | None, host: HostBefore) -> None:
    """Look for what this drill's lab left on the host, and for what it changed there."""
    # Processes are left out: this one carries the run's mark as well.
    kinds = frozenset(Kind) - {Kind.PROCESS}
    leaks = [str(leak) for leak in audit(run, lab=lab, kinds=kinds)] if lab else []
    before, after = host.state, host_state()
    changed = {name: [value, after.sysctls.get(name)] for name, value in before.sysctls.items()}
    changed = {name: values for name, values in changed.items() if values[0] != values[1]}
    # A clock that went back by less than is told did not: -0.0 is no other story than 0.0.
    shift = round(after.lead - before.lead, 3) + 0.0
    found = {"leaks": leaks, "clock_shift_seconds": shift, "sysctls_changed": changed}
    found |= {"found_before": list(host.found)} if host.found else {}
    note(journal, HOST_AUDIT, Moment.END, found)
