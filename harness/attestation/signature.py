"""attestation.intoto.json: a run's statement in an envelope of DSSE, with one signature or several."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.attestation.keys import PrivateKey, PublicKey, needed
from harness.attestation.manifest import ATTESTATION
from harness.attestation.tree import read_plain, shown
from harness.errors import SpecError, hinted
from harness.report.document import to_bytes
from harness.strict_json import json_value

PAYLOAD_TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A statement with its signatures, as they lie there: nothing in it is believed yet."""

    text: bytes
    payload: bytes
    content: dict[str, Any]

    @property
    def signers(self) -> tuple[str, ...]:
        """The ids of the keys that are said to have signed."""
        return tuple(str(one["keyid"]) for one in self.content["signatures"])


def read_envelope(folder: Path) -> Envelope:
    """The envelope of a run; one that is not as Kubedrill writes it is refused."""
    text = read_plain(folder / ATTESTATION)
    try:
        content = json_value(text)
        signatures = content["signatures"]
        plain = all(
            set(one) == {"keyid", "sig"} and all(isinstance(part, str) for part in one.values()) for one in signatures
        )
        plain = plain and signatures and set(content) == {"payload", "payloadType", "signatures"}
        if not plain or content["payloadType"] != PAYLOAD_TYPE or to_bytes(content) != text:
            raise ValueError("it is not as Kubedrill writes it")
        payload = base64.b64decode(content["payload"], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as bad:
        raise SpecError(f"{shown(ATTESTATION)} cannot be read as a signed statement: {bad}") from bad
    return Envelope(text=text, payload=payload, content=content)


def signed(payload: bytes, key: PrivateKey, earlier: Envelope | None = None) -> bytes:
    """The envelope of a statement, signed with this key as well as with those before."""
    if earlier is not None and earlier.payload != payload:
        raise hinted(
            SpecError("The run was signed before, and its reports were written anew since"),
            f"Look whether they should have been; then remove '{ATTESTATION}' and sign again.",
        )
    dsse, signer = needed("securesystemslib.dsse", "sign"), needed("securesystemslib.signer", "sign")
    before = earlier.content if earlier is not None else None
    envelope = dsse.Envelope.from_dict(before) if before else dsse.Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(signer.CryptoSigner(key))
    return to_bytes(envelope.to_dict())


def key_id(key: PublicKey) -> str:
    """The name that signatures have for a key."""
    return str(needed("securesystemslib.signer", "sign").SSlibKey.from_crypto(key).keyid)


def holds(envelope: Envelope, key: PublicKey) -> bool:
    """Whether the statement was signed with the other half of this key."""
    dsse, signer = needed("securesystemslib.dsse", "sign"), needed("securesystemslib.signer", "sign")
    errors = needed("securesystemslib.exceptions", "sign")
    try:
        fresh: dict[str, Any] = json_value(envelope.text)
        dsse.Envelope.from_dict(fresh).verify([signer.SSlibKey.from_crypto(key)], 1)
    except (errors.VerificationError, ValueError, KeyError, TypeError):
        return False
    return True


def against_statement(envelope: Envelope, wanted: bytes) -> str:
    """Where what was signed is not what is there; empty where it is the same."""
    if envelope.payload == wanted:
        return ""
    told, here = (_subjects(text) for text in (envelope.payload, wanted))
    if told != here:
        return f"{shown(ATTESTATION)} was signed for other files than these: {_listed(told, here)}"
    return f"{shown(ATTESTATION)} says something else than this judge makes of the same journals"


def _subjects(payload: bytes) -> dict[str, str]:
    try:
        return {str(one["name"]): str(one["digest"]["sha256"]) for one in json_value(payload)["subject"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _listed(told: dict[str, str], here: dict[str, str]) -> str:
    other: Sequence[str] = sorted(name for name in told.keys() | here.keys() if told.get(name) != here.get(name))
    return ", ".join(shown(name) for name in other[:4])
