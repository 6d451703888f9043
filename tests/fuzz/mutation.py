"""How a good input becomes a bad one: damage to its letters, its bytes, or the values in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

#: Longer than this no damaged text gets: parsers are slow in the length, and damage is in the form.
LONGEST = 32_000
_DEEP = 1_500
#: What ends strings, begins structures, leads out of folders, or means something to somebody.
_WORDS = (
    *(
        "",
        "\x00",
        "\n",
        "\r\n",
        "\t",
        " ",
        "\\",
        '"',
        "'",
        "`",
        "$(id)",
        "${HOME}",
        ";",
        "|",
        "&&",
        "../",
        "/../..",
        "/",
    ),
    *("~", "-", "--", "-o", "=", ":", ",", "{}", "[]", "{", "}", "[", "]", "null", "true", "NaN", "Infinity", "1e999"),
    *("0", "-1", "1.5", "0x10", "1_0", "²", "٣", "２", "9" * 30, "9" * 4_400, "-" + "9" * 19, "18446744073709551616"),
    *("\x1b[31m", "\x1b]0;x\x07", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff", "\ufffd", "\ud800", "é", "😀", "\x0b"),
    *(
        "&#0;",
        "<!--",
        "<![CDATA[",
        "<!DOCTYPE a>",
        "&amp;",
        "%00",
        "%2e%2e%2f",
        "!!python/object:os.system",
        "*a",
        "&a ",
    ),
    *("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "Error: ", "# ", "@", "2026-13-45T99:99:99Z"),
    *("1970-01-01T00:00:00", "9999-12-31T23:59:59+23:59", "0001-01-01T00:00:00-23:59", "latest", "kd-", "con", "."),
)
_NUMBERS = (0, -1, 1, 2**31, 2**32, 2**53, 2**63, 2**64, -(2**63), 10**30, 10**400, 0.5, -0.0, 1e308, 1e-320)
_NODES = (None, True, False, "", "x", [], {}, [None], {"": None}, [[]], {"data": None}, *_NUMBERS)


def damaged_text(text: str, other: str, chance: Random) -> str:
    """A text that was damaged up to six times; `other` is another good one, whose parts may be put into it."""
    for _ in range(_times(chance)):
        value = _parsed(text) if chance.random() < 0.45 else None
        if value is None:
            text = chance.choice(_TEXT)(text, other, chance)
        else:
            text = _written(_damaged_value(value, chance, _parsed(other)), chance)
        text = text[:LONGEST]
    return text


def damaged_bytes(content: bytes, other: bytes, chance: Random) -> bytes:
    """The same for bytes."""
    for _ in range(_times(chance)):
        content = chance.choice(_BYTES)(content, other, chance)[: LONGEST * 4]
    return content


def damaged_number(number: int, chance: Random) -> int:
    """Another number, an odd one more often than not."""
    return chance.choice((0, 1, 2, 124, 137, 255, 404, 403, 500, -1, 2**31, number, number + 1, chance.randrange(999)))


def damaged_json(value: Any, chance: Random) -> Any:
    """A value of JSON in which something else stands somewhere."""
    for _ in range(_times(chance)):
        value = _damaged_value(value, chance, None)
    return value


def _times(chance: Random) -> int:
    return chance.choice((1, 1, 1, 2, 2, 3, 4, 6))


def _span(length: int, chance: Random) -> tuple[int, int]:
    start = chance.randrange(length + 1)
    return start, min(length, start + chance.choice((1, 1, 2, 4, 8, 32, 200, length)))


def _parsed(text: str) -> Any:
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _written(value: Any, chance: Random) -> str:
    try:
        text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    except (ValueError, RecursionError):
        return "[" * _DEEP
    if chance.random() < 0.03:
        # Deeper than any value that Python itself would write.
        return '{"a":' * _DEEP + text + "}" * chance.choice((0, _DEEP))
    return text


def _damaged_value(value: Any, chance: Random, other: Any) -> Any:
    """Walk down by chance, and exchange what is there."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        fate = chance.random()
        if fate < 0.1:
            return {name: item for name, item in value.items() if name != key}
        if fate < 0.17:
            return {(chance.choice(_WORDS) if name == key else name): item for name, item in value.items()}
        return {**value, key: _damaged_value(value[key], chance, other)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        fate = chance.random()
        if fate < 0.1:
            return value[:place] + value[place + 1 :]
        if fate < 0.2:
            return value + [value[place]] * chance.choice((1, 2, 50))
        return [*value[:place], _damaged_value(value[place], chance, other), *value[place + 1 :]]
    if isinstance(value, str) and chance.random() < 0.6:
        return chance.choice(_TEXT)(value, "x", chance)[:LONGEST]
    return chance.choice((*_NODES, other, [value], {"x": value}, str(value)[:80], chance.choice(_WORDS)))


def _cut(text: str, other: str, chance: Random) -> str:  # noqa: ARG001
    start, end = _span(len(text), chance)
    return text[:start] + text[end:]


def _double(text: str, other: str, chance: Random) -> str:  # noqa: ARG001
    start, end = _span(len(text), chance)
    times = chance.choice((2, 2, 3, 300))
    return text[:start] + text[start:end][: LONGEST // times] * times + text[end:]


def _put_in(text: str, other: str, chance: Random) -> str:  # noqa: ARG001
    start = chance.randrange(len(text) + 1)
    return text[:start] + chance.choice(_WORDS) + text[start:]


def _put_for(text: str, other: str, chance: Random) -> str:  # noqa: ARG001
    start, end = _span(len(text), chance)
    return text[:start] + chance.choice(_WORDS) + text[end:]


def _letter(text: str, other: str, chance: Random) -> str:  # noqa: ARG001
    start = chance.randrange(len(text) + 1)
    return text[:start] + chr(chance.choice((chance.randrange(128), chance.randrange(0x11000)))) + text[start + 1 :]


def _end(text: str, other: str, chance: Random) -> str:  # noqa: ARG001
    return text[: chance.randrange(len(text) + 1)]


def _swap_lines(text: str, other: str, chance: Random) -> str:  # noqa: ARG001
    lines = text.split("\n")
    chance.shuffle(lines)
    return "\n".join(lines)


def _splice(text: str, other: str, chance: Random) -> str:
    return text[: chance.randrange(len(text) + 1)] + other[chance.randrange(len(other) + 1) :]


def _nest(text: str, other: str, chance: Random) -> str:  # noqa: ARG001
    opening = chance.choice(("[", "{", '{"a":', "(", "- ", "<a>", "a: {", "a.", "[["))
    start = chance.randrange(len(text) + 1)
    return text[:start] + opening * chance.choice((3, 60, _DEEP)) + text[start:]


_TEXT: tuple[Callable[[str, str, Random], str], ...] = (
    *(_cut, _double, _put_in, _put_in, _put_for, _put_for, _letter, _letter, _end, _swap_lines, _splice, _nest),
)


def _flip(content: bytes, other: bytes, chance: Random) -> bytes:  # noqa: ARG001
    if not content:
        return b"\x00"
    place = chance.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]


def _set_bytes(content: bytes, other: bytes, chance: Random) -> bytes:  # noqa: ARG001
    start, end = _span(len(content), chance)
    return content[:start] + bytes([chance.choice((0, 0x20, 0x37, 0x7F, 0x80, 0xFF))]) * (end - start) + content[end:]


def _put_bytes(content: bytes, other: bytes, chance: Random) -> bytes:  # noqa: ARG001
    start = chance.randrange(len(content) + 1)
    word = chance.choice(_WORDS).encode(errors="replace")
    return content[:start] + word + content[start + chance.choice((0, len(word))) :]


def _cut_bytes(content: bytes, other: bytes, chance: Random) -> bytes:  # noqa: ARG001
    start, end = _span(len(content), chance)
    return content[:start] + content[end:]


def _end_bytes(content: bytes, other: bytes, chance: Random) -> bytes:  # noqa: ARG001
    return content[: chance.randrange(len(content) + 1)]


def _splice_bytes(content: bytes, other: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)] + other[chance.randrange(len(other) + 1) :]


_BYTES: tuple[Callable[[bytes, bytes, Random], bytes], ...] = (
    *(_flip, _flip, _set_bytes, _put_bytes, _cut_bytes, _end_bytes, _splice_bytes),
)
