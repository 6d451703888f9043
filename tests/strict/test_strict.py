"""JSON, XML, paths and errors that come from outside are read strictly, and shown so that a terminal stays as it is."""

from __future__ import annotations

import pytest

from harness.errors import LabError, SpecError, explain, hinted
from harness.facts.reading import shortened
from harness.spec.place import check_path
from harness.strict_json import json_table, json_value
from harness.strict_xml import xml_root


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", '{"a": Infinity}', "[" * 5_000, '{"a":' * 5_000, b"\xff", "1" * 5_000]
)
def test_what_is_no_json_is_a_value_error_however_deep_it_nests(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        json_value(text)


def test_a_table_is_one_of_names_and_values() -> None:
    assert json_table('{"a": [1, null]}') == {"a": [1, None]}
    for text in ("[]", "7", "null", '"a"'):
        with pytest.raises(ValueError, match="no table"):
            json_table(text)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "http://10.0.0.1/">]><a>&b;</a>',
        "<a><!-- a comment --></a>",
    ],
)
def test_xml_that_declares_anything_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match="declares something"):
        xml_root(text)


@pytest.mark.parametrize("text", ["", "<a>", "<a>&b;</a>", "<a>\x00</a>", b"\xff\xfe\x00", "<a>\ud800</a>"])
def test_what_is_no_xml_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        xml_root(text)
    assert xml_root("<a><b/></a>").tag == "a"


@pytest.mark.parametrize("path", ["", "a\x00b", "a\nb", "\x1b[2J", "x" * 256, "a/" * 2_100, "\u202egpj.exe"])
def test_what_can_be_no_path_is_refused_before_anybody_opens_it(path: str) -> None:
    with pytest.raises(SpecError, match="cannot be"):
        check_path("folder", path)


def test_a_path_is_taken_as_it_is() -> None:
    assert str(check_path("folder", "../reports/ä b")) == "../reports/ä b"


def test_an_error_that_quotes_anybody_cannot_move_the_cursor_or_fill_the_screen() -> None:
    error = hinted(LabError("it said \x1b[2J\x07 and\nthen \u202e stopped"), "x" * 100_000)
    said = explain(error)
    assert said.startswith("it said �[2J� and\nthen � stopped\nx")
    assert len(said) < 5_000
    assert shortened("a\x1b[31mb\x00") == "ab"
