"""The readers of what others sign: statements in their envelopes, and the answers of timestamp authorities."""

from __future__ import annotations

import base64
import hashlib

from cryptography.x509 import load_pem_x509_certificate

from harness.attestation.manifest import ATTESTATION
from harness.attestation.signature import PAYLOAD_TYPE, against_statement, read_envelope
from harness.attestation.stamp import Query, check_answer, stamped_at
from harness.report.document import to_bytes
from tests.fuzz.desk import laid
from tests.fuzz.parser import Parser

_MESSAGE = b"statement"
#: What an authority of openssl answered, once and for all, so that a seed has the same inputs each time.
_NONCE = 10695328373575610087
_ANSWER = base64.b64decode(
    "MIIDnTADAgEAMIIDlAYJKoZIhvcNAQcCoIIDhTCCA4ECAQMxDzANBglghkgBZQMEAgEFADBuBgsqhkiG9w0BCRABBKBfBF0wWwIBAQYEKgME"
    "ATAxMA0GCWCGSAFlAwQCAQUABCCxEcbh0xjyAwY+XBa6tDwQgyavCqL3tldgyVVHpD2+UgIBAhgPMjAyNjExMjIxNTU0MzFaAgkAlG1wfU8h"
    "buegggG5MIIBtTCCAVqgAwIBAgIUEnUSQUu8HenrS5oBlByuLv196J8wCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQcm9vdCBvZiB0aGUgdGVz"
    "dDAgFw0yNjExMjIxNTU0MzFaGA8yMTI2MTAyOTE1NTQzMVowHTEbMBkGA1UEAwwSc3RhbXBzIG9mIHRoZSB0ZXN0MFkwEwYHKoZIzj0CAQYI"
    "KoZIzj0DAQcDQgAEAHP0wnCp75zjQbG1JbFFfkdBqgrIMDS/FJRxvcmZY6723eckZ4jRzKd40Js78cv1sAnOWzATJaBqJT0BRmBaGaN4MHYw"
    "DAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwFgYDVR0lAQH/BAwwCgYIKwYBBQUHAwgwHQYDVR0OBBYEFNAL2QzzNrgJ4bjNRRy73YIC"
    "EWPNMB8GA1UdIwQYMBaAFPtoEEbXcmCg4JCm+LmeeRHD49JNMAoGCCqGSM49BAMCA0kAMEYCIQCxFcaSMmaPbdaueBgrFp3EjZAj82/u29GU"
    "Y76Qo+Lu3gIhAMWFujsRnRroQJ3GlVevAQfu8+KguufcW7fUG4j80cCoMYIBPDCCATgCAQEwMzAbMRkwFwYDVQQDDBByb290IG9mIHRoZSB0"
    "ZXN0AhQSdRJBS7wd6etLmgGUHK4u/X3onzANBglghkgBZQMEAgEFAKCBmDAaBgkqhkiG9w0BCQMxDQYLKoZIhvcNAQkQAQQwHAYJKoZIhvcN"
    "AQkFMQ8XDTI2MTEyMjE1NTQzMVowKwYLKoZIhvcNAQkQAgwxHDAaMBgwFgQUcBBhwG1EYMO9wkBT/H4Ilm1BCjUwLwYJKoZIhvcNAQkEMSIE"
    "ILAUygqAGDvoKl523pzHjUWIIpId6o0vwfXMWhso9+KoMAoGCCqGSM49BAMCBEgwRgIhAIp+cDI1JjUFWC2nmiTyHdcClQFQ+kawX2f8ywEE"
    "h6cLAiEA+VDyi/h0zkftwdEJ7ptPP0PyU+/XrtsUAvmsYJXa9tI="
)
_ROOT = load_pem_x509_certificate(
    b"""-----BEGIN CERTIFICATE-----
MIIBfDCCASKgAwIBAgIUSYsKjxS6bFIJTorSTZL4pZtLprEwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQcm9vdCBvZiB0aGUgdGVzdDAgFw0yNjExMjIxNTU0MzFaGA8y
MTI2MTAyOTE1NTQzMVowGzEZMBcGA1UEAwwQcm9vdCBvZiB0aGUgdGVzdDBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABDkCh4OE3dGbCiNAx7wGG5rP5JLU8jN3FrwQ
Dgjw6BoFV+bm35DPCoyTh9pEuREJrua6+6eMiO9FGnNAlxl1wjijQjBAMA8GA1Ud
EwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMB0GA1UdDgQWBBT7aBBG13JgoOCQ
pvi5nnkRw+PSTTAKBggqhkjOPQQDAgNIADBFAiEA5SrjRJr65KugwIfMJ6NW3U7A
l2AFWZSO0dK7iMKpdzsCIBrKFzaAUsisYLunaX44trzDfsRzZEJqds9OzSLCg9vF
-----END CERTIFICATE-----
"""
)
_STATEMENT = to_bytes({"subject": [{"name": "manifest.json", "digest": {"sha256": "ab" * 32}}]})
_ENVELOPE = to_bytes(
    {
        "payload": base64.b64encode(_STATEMENT).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": [{"keyid": "cd" * 32, "sig": base64.b64encode(b"signature").decode()}],
    }
)


def _envelope(text: bytes) -> object:
    envelope = read_envelope(laid(f"signed/{ATTESTATION}", text).parent)
    return envelope.signers, against_statement(envelope, _STATEMENT)


def _answer(text: bytes) -> object:
    check_answer(Query(body=b"", digest=hashlib.sha256(_MESSAGE).digest(), nonce=_NONCE), text)
    return None


def _stamp(text: bytes) -> object:
    return stamped_at(text, _MESSAGE, [_ROOT])


def signed_parsers() -> tuple[Parser, ...]:
    """All of them."""
    return (
        Parser(name="signed statement", corpus=((_ENVELOPE,),), read=_envelope),
        Parser(name="answer of a timestamp authority", corpus=((_ANSWER,),), read=_answer),
        Parser(name="timestamp", corpus=((_ANSWER,),), read=_stamp, refusals=(ValueError,)),
    )
