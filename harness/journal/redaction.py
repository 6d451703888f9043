"""What must never be written down is taken out at the journal's door, in whichever notation it comes.

Each step looks at a text once from left to right: what machines say may be long, and may be meant to keep us busy.
"""

from __future__ import annotations

import base64
import binascii
import re

from harness.journal.secret_objects import without_secret_data

PRIVATE_KEY, TOKEN, BOOTSTRAP, CERTIFICATE_KEY, SECRET = (
    *("private key", "token", "bootstrap token"),
    *("certificate key", "secret"),
)
#: What stands in the place of what was taken out.
KINDS = (PRIVATE_KEY, TOKEN, BOOTSTRAP, CERTIFICATE_KEY, SECRET)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_KEY = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----")
_KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----")
#: The letters of a key's lines; a text may begin in the midst of one.
_KEY_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n\\ ")
_PACKED = re.compile(
    r"[A-Za-z0-9+/_-]{40,}={0,2}(?:\s+[A-Za-z0-9+/_-]{40,}={0,2})*(?:\n[A-Za-z0-9+/_-]{1,75}={0,2}(?![^\n]))?"
)
_WORD = re.compile(r"[A-Za-z0-9_.-]{27,}")
#: An escape or an encoded letter before it hides where a token begins.
_BOOTSTRAP = re.compile(
    r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
    r"[a-z0-9]{6}(?:\.|%2[eE]|\\u002[eE])[a-z0-9]{16}(?![A-Za-z0-9_])"
)
#: The rest of one, which is found at once: where there is none, nobody need look for the beginning at each letter.
_BOOTSTRAP_END = re.compile(r"(?:\.|%2[eE]|\\u002[eE])[a-z0-9]{16}")
_CERTIFICATE_KEY = re.compile(r"(?i:(certificate[-_ ]?key))((?:[\s:=\"'\\,]|\\n){1,8})[0-9a-fA-F]{64}(?![0-9a-fA-F])")
_FIELD = re.compile(
    r"((?:client-key-data|token-secret|token-id|tls\.key|token|password|secret)\\?[\"']?\s{0,4}[:=]\s{0,4}\\?[\"']?)"
    r"([A-Za-z0-9+/=_.-]{6,})"
)
#: Of fields that may hold something harmless as well, only what is long can be a secret.
_LONG = 20
_SHORT_ONES = ("token-secret", "token-id", "tls.key")
_JWT_PART = 8
#: The shortest text in which anything is a secret: `tls.key`, a sign, and the six letters of a value.
_SHORTEST = 14


def redact(text: str) -> str:
    """The text without private keys, tokens, certificate keys and the data of Secrets."""
    if len(text) < _SHORTEST:
        return text
    if "\x1b" in text:
        # A colour in the midst of a secret hides it; where there is none, colours stay.
        plain = _ANSI.sub("", text)
        clean = _redacted(plain)
        return text if clean == plain else clean
    return _redacted(text)


def kinds_in(text: str) -> tuple[str, ...]:
    """Which kinds of secrets stand in a text, without saying them."""
    clean = redact(text)
    if clean == text:
        return ()
    return tuple(kind for kind in KINDS if clean.count(f"[{kind}]") > text.count(f"[{kind}]")) or (SECRET,)


def _redacted(text: str) -> str:
    text = _without_keys(text)
    text = _PACKED.sub(_unpacked, text)
    if "eyJ" in text:
        text = _WORD.sub(_without_jwt, text)
    if _BOOTSTRAP_END.search(text):
        text = _BOOTSTRAP.sub(f"[{BOOTSTRAP}]", text)
    text = _CERTIFICATE_KEY.sub(rf"\1\2[{CERTIFICATE_KEY}]", text)
    text = without_secret_data(text, f"[{SECRET}]")
    return _FIELD.sub(_without_value, text)


def _without_keys(text: str) -> str:
    """Keys from begin to end, those that the text's end cuts, and the rest of one that began before the text."""
    if "PRIVATE KEY-----" not in text:
        return text
    parts: list[str] = []
    place = 0
    while (end := _KEY_END.search(text, place)) is not None:
        begin = _KEY.search(text, place, end.start())
        start = begin.start() if begin is not None else _start_of_rest(text, place, end.start())
        parts += [text[place:start], f"[{PRIVATE_KEY}]"]
        place = end.end()
    begin = _KEY.search(text, place)
    parts += [text[place:]] if begin is None else [text[place : begin.start()], f"[{PRIVATE_KEY}]"]
    return "".join(parts)


def _start_of_rest(text: str, first: int, end: int) -> int:
    while end > first and text[end - 1] in _KEY_LETTERS:
        end -= 1
    return end


def _unpacked(found: re.Match[str]) -> str:
    """In base64 a key is as good as a key, also when lines break it."""
    letters = "".join(found[0].split()).translate(_PLAIN).rstrip("=")
    try:
        content = base64.b64decode(letters[: len(letters) // 4 * 4])
    except binascii.Error:
        return found[0]
    if b"PRIVATE KEY-----" in content:
        return f"[{PRIVATE_KEY}]"
    inside = content.decode(errors="replace")
    return f"[{SECRET}]" if _BOOTSTRAP.search(inside) and inside.isprintable() else found[0]


_PLAIN = str.maketrans("-_", "+/")


def _without_jwt(found: re.Match[str]) -> str:
    if "eyJ" not in found[0]:
        return found[0]
    parts = found[0].split(".")
    clean: list[str] = []
    place = 0
    while place < len(parts):
        begin = parts[place].find("eyJ")
        three = [parts[place][begin:], *parts[place + 1 : place + 3]]
        if begin >= 0 and len(three) == 3 and min(map(len, three)) >= _JWT_PART:
            clean.append(f"{parts[place][:begin]}[{TOKEN}]")
            place += 3
        else:
            clean.append(parts[place])
            place += 1
    return ".".join(clean)


def _without_value(found: re.Match[str]) -> str:
    name, value = found[1], found[2]
    if len(value) < _LONG and not any(one in name for one in _SHORT_ONES):
        return found[0]
    return f"{name}[{SECRET}]"
