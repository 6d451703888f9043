"""A run's signed statement and timestamp, as far as they can be checked with what the reader has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.x509 import Certificate

from harness.attestation.keys import PublicKey
from harness.attestation.manifest import ATTESTATION, STAMP
from harness.attestation.redone import Redone
from harness.attestation.signature import Envelope, against_statement, holds, key_id, read_envelope
from harness.attestation.stamp import stamped_at
from harness.attestation.statement import statement
from harness.attestation.tree import read_plain, shown
from harness.errors import SpecError


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whom the reader trusts: each of these keys has to have signed."""

    keys: Sequence[PublicKey] = ()
    roots: Sequence[Certificate] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """What does not hold of signatures and timestamp, and what is to be said of the rest."""

    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def against_attestation(folder: Path, redone: Redone, trust: Trust) -> Attested:
    """Check the statement against the run, the signatures against the keys, and the timestamp against the statement."""
    if not (folder / ATTESTATION).is_file():
        stray = (f"{shown(STAMP)} stamps nothing: {shown(ATTESTATION)} is missing",) if _stamp(folder) else ()
        return Attested(problems=stray) if not trust.keys else Attested(problems=("The run is not signed", *stray))
    try:
        envelope = read_envelope(folder)
        different = against_statement(envelope, statement(folder, redone))
    except SpecError as bad:
        return Attested(problems=(str(bad),))
    parts = (_signatures(envelope, trust.keys), _timestamp(folder, envelope, trust.roots))
    problems = [problem for part in parts for problem in part.problems]
    remarks = tuple(remark for part in parts for remark in part.remarks)
    return Attested(problems=tuple(([different] if different else []) + problems), remarks=remarks)


def _signatures(envelope: Envelope, keys: Sequence[PublicKey]) -> Attested:
    if not keys:
        told = ", ".join(shown(one[:16]) for one in envelope.signers)
        return Attested(remarks=(f"Signed, it says, with {told}: not checked, for no public key was given (--key)",))
    names = {key_id(key): holds(envelope, key) for key in keys}
    good = [f"Signed with the key {shown(name[:16])}" for name, held in names.items() if held]
    bad = [
        f"There is no good signature of the key {shown(name[:16])} in {shown(ATTESTATION)}"
        for name, held in names.items()
        if not held
    ]
    others = [name for name in envelope.signers if name not in names]
    unknown = [f"Signed, it says, with {shown(name[:16])} as well: not checked" for name in others]
    return Attested(problems=tuple(bad), remarks=(*good, *unknown))


def _timestamp(folder: Path, envelope: Envelope, roots: Sequence[Certificate]) -> Attested:
    if not _stamp(folder):
        return Attested(problems=("The signature has no timestamp",)) if roots else Attested()
    if not roots:
        told = "Timestamped, it says: not checked, for no certificate was given (--timestamp-root)"
        return Attested(remarks=(told,))
    try:
        moment = stamped_at(read_plain(folder / STAMP), envelope.text, roots)
    except ValueError as bad:
        return Attested(problems=(f"{shown(STAMP)} does not stamp {shown(ATTESTATION)}: {bad}",))
    return Attested(remarks=(f"Timestamped {moment:%F %T} UTC",))


def _stamp(folder: Path) -> bool:
    return (folder / STAMP).is_file()
