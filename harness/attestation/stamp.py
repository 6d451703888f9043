"""attestation.tsr: the word of a timestamp authority (RFC 3161) that the signed statement was there at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates

from harness.attestation.keys import needed
from harness.errors import LabError, SpecError

LIBRARY, EXTRA = "rfc3161_client", "timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The question to an authority, and what its answer has to go with."""

    body: bytes
    digest: bytes
    nonce: int


def query(message: bytes) -> Query:
    """What is asked of an authority: only the digest of the message leaves this host."""
    client = needed(LIBRARY, EXTRA)
    builder = client.TimestampRequestBuilder().data(message).hash_algorithm(client.HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    return Query(body=request.as_bytes(), digest=hashlib.sha256(message).digest(), nonce=int(request.nonce))


def check_answer(asked: Query, answer: bytes) -> None:
    """Refuse an answer that is not one to this question; whom to trust is for the reader to say, later."""
    client = needed(LIBRARY, EXTRA)
    try:
        response = client.decode_timestamp_response(answer)
        if response.status != client.PKIStatus.GRANTED:
            raise ValueError(f"it answered with status {response.status}")
        told = response.tst_info
        if (told.nonce, told.message_imprint.message) != (asked.nonce, asked.digest):
            raise ValueError("it answered another question")
    except ValueError as bad:
        raise LabError(f"The timestamp authority gave no timestamp: {bad}") from bad


def stamped_at(answer: bytes, message: bytes, roots: Sequence[Certificate]) -> datetime:
    """When a message was there, by an authority that one of these certificates vouches for."""
    client = needed(LIBRARY, EXTRA)
    try:
        response = client.decode_timestamp_response(answer)
        builder = client.VerifierBuilder()
        for root in roots:
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(response, message)
        moment: datetime = response.tst_info.gen_time
    except (client.VerificationError, ValueError) as bad:
        raise ValueError(str(bad) or type(bad).__name__) from bad
    return moment


def root_certificates(paths: Sequence[Path]) -> tuple[Certificate, ...]:
    """The certificates in some PEM files, each once."""
    found: dict[Certificate, None] = {}
    for path in paths:
        try:
            found |= dict.fromkeys(load_pem_x509_certificates(path.read_bytes()))
        except OSError as refused:
            raise SpecError(f"The certificates '{path}' cannot be read: {refused.strerror}") from refused
        except ValueError as bad:
            raise SpecError(f"The file '{path}' holds no certificates in PEM") from bad
    return tuple(found)
