"""The controls are data that can be trusted as far as they say, and scenarios name them without doubt."""

from __future__ import annotations

import re

import pytest

from harness.controls import catalogue, control_of, known_controls, named_controls
from harness.controls.reading import read_framework
from harness.errors import SpecError, explain

WANTED = {
    "NIST": "CP-2 CP-4 CP-4(3) CP-4(4) CP-9 CP-9(1) CP-9(2) CP-10 CP-10(4)",
    "ISO27001": "A.5.29 A.5.30 A.8.13 A.8.14",
    "ISO22301": "8.5",
    "SOC2": "A1.2 A1.3 CC7.5",
    "PCI": "12.10.1 12.10.2",
    "HIPAA": "164.308(a)(7)(ii)(A) 164.308(a)(7)(ii)(B) 164.308(a)(7)(ii)(D)",
    "DORA": "11(6) 12(2) 12(3) 12(6) 12(7)",
    "NIS2": "21(2)(c)",
    "CIR": "4.1.4 4.2.2 4.2.3 4.2.6",
    "CIS": "11.3 11.4 11.5",
}
FILE = """
framework = "A framework"
short = "AF"
version = "1"
publisher = "Somebody"
read = 2026-01-01

[[controls]]
id = "af-1"
printed = "1"
title = "First"
says = "Something is done."
source = "https://example.org/af"
"""


@pytest.mark.parametrize("framework", WANTED)
def test_each_framework_has_the_controls_that_ask_for_tested_restores(framework: str) -> None:
    assert [one.printed for one in known_controls() if one.short == framework] == WANTED[framework].split()


def test_no_control_is_called_what_another_is_called() -> None:
    names = [name for one in known_controls() for name in {one.id, one.name}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("printed", "id_"), [("CP-9(1)", "cp-9.1"), ("CP-10(4)", "cp-10.4"), ("CP-4", "cp-4"), ("CP-4(3)", "cp-4.3")]
)
def test_a_control_of_nist_has_the_id_that_oscal_gives_it(printed: str, id_: str) -> None:
    assert named_controls([printed])[0].id == id_


def test_an_id_is_a_token_of_oscal() -> None:
    assert all(re.fullmatch(r"[a-z_][a-z0-9_.-]*", one.id) for one in known_controls())


def test_a_control_is_named_by_id_by_print_or_by_framework_and_print() -> None:
    assert len({*named_controls(["dora-12.3", "DORA 12(3)", "12(3)"])}) == 1
    assert control_of("dora-12.3") in named_controls(["12(3)"])


def test_what_is_named_twice_counts_once() -> None:
    assert [one.id for one in named_controls(["CP-10", "cp-10", "A1.3"])] == ["cp-10", "soc2-a1.3"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CP-11", "There is no control 'CP-11'\nDid you mean"),
        ("nothing at all", "There is no control 'nothing at all'\ndocs/compliance.md lists them all."),
        (10, "A control is named by text, such as 'CP-10', and not by 10"),
    ],
)
def test_a_name_that_means_no_control_is_refused_with_a_sentence(name: object, said: str) -> None:
    with pytest.raises(SpecError) as wrong:
        named_controls([name])  # type: ignore[list-item]
    assert explain(wrong.value).startswith(said)


def test_an_id_of_another_version_is_unknown_and_no_error() -> None:
    assert control_of("cp-99") is None


def test_a_print_of_several_frameworks_needs_the_framework(monkeypatch: pytest.MonkeyPatch) -> None:
    other = read_framework(FILE.replace('short = "AF"', 'short = "BF"').replace('"af-1"', '"bf-1"'), "bf.toml")
    monkeypatch.setattr(catalogue, "known_controls", lambda: (*read_framework(FILE, "af.toml"), *other))
    catalogue._by_name.cache_clear()
    try:
        with pytest.raises(SpecError, match="one of several frameworks") as wrong:
            named_controls(["1"])
        assert explain(wrong.value).endswith("Say 'AF 1' or 'BF 1'.")
        assert named_controls(["BF 1"]) == other
    finally:
        catalogue._by_name.cache_clear()


def test_what_is_from_memory_says_so() -> None:
    assert read_framework(FILE, "af.toml")[0].checked is None
    assert str(read_framework(FILE + "checked = 2026-02-03\n", "af.toml")[0].checked) == "2026-02-03"


def test_nothing_is_checked_after_its_data_were_read() -> None:
    assert all(one.checked is None or one.checked <= one.read for one in known_controls())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "af-1"', 'id = "AF-1"', "'controls.0.id'"),
        ('id = "af-1"', 'id = "1"', "'controls.0.id'"),
        ('title = "First"', "", "'controls.0.title': field required"),
        ('title = "First"', 'title = "First"\nsay = 1', "'controls.0.say': extra inputs"),
        ("Something is done.", "Something is done", "'controls.0.says'"),
        ("https://", "", "'controls.0.source'"),
        ("2026-01-01", '"lately"', "'read'"),
        ("[[controls]]", "controls = 1 2", "not valid TOML"),
    ],
)
def test_data_that_do_not_fit_are_refused_by_file_and_key(old: str, new: str, said: str) -> None:
    with pytest.raises(SpecError, match=r"^The controls in 'af\.toml'") as wrong:
        read_framework(FILE.replace(old, new, 1), "af.toml")
    assert said in str(wrong.value)
