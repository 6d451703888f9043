"""What must never be written down is taken out at the journal's door."""

from __future__ import annotations

import re

_PATTERNS = (
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S),
        "[private key]",
    ),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"), "[token]"),
    (re.compile(r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b"), "[bootstrap token]"),
    (re.compile(r"(?<=certificate-key )[0-9a-f]{64}\b"), "[certificate key]"),
    (re.compile(r"((?:client-key-data|token)\"?: ?\"?)[A-Za-z0-9+/=_.-]{20,}"), r"\1[secret]"),
)


def redact(text: str) -> str:
    """The text without private keys, tokens and certificate keys."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
