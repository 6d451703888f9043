"""The hunt itself: it finds what nobody looks at, and only that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants import equivalents
from tests.mutants.mutant import Mutant, code_of, mutants

ROOT = Path(__file__).parents[2]
ORACLE = '''"""An oracle of two lines."""

LIMIT = 5


def is_late(took: float) -> bool:
    """Whether it took too long."""
    return took > LIMIT
'''
LOOP = '''"""It counts down."""


def rest(number: int) -> int:
    """What is left, which is nothing."""
    while number > 0:
        number -= 1
    return number
'''
BOTH_SIDES = """
from oracle import scale

def test_five_is_in_time():
    assert scale.is_late(5) is False

"""
WHOLE = f"{BOTH_SIDES}def test_a_bit_more_is_late():\n    assert scale.is_late(5.5) is True\n"


def planted(folder: Path, code: str) -> dict[str, Mutant]:
    """The oracle in its folder, and its mutants by what they change."""
    (folder / "oracle").mkdir(exist_ok=True)
    (folder / "oracle" / "__init__.py").write_text("")
    (folder / "oracle" / "scale.py").write_text(code)
    return {one.change: one for one in mutants(folder, "oracle/scale.py")}


def hunted(folder: Path, code: str, tests: str, *more: str, listed: str = "") -> subprocess.CompletedProcess[str]:
    planted(folder, code)
    (folder / "test_scale.py").write_text(tests)
    (folder / "equivalents.toml").write_text(listed)
    where = ("--code", "oracle", "--tests", "test_scale.py", "--equivalents", "equivalents.toml", "--workers", "2")
    return subprocess.run(
        [sys.executable, "-m", "tests.mutants", *where, *more],
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{ROOT}", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_an_oracle_whose_tests_stand_on_both_sides_of_its_limit_has_no_survivor(tmp_path: Path) -> None:
    found = hunted(tmp_path, ORACLE, WHOLE)
    assert "0 survived" in found.stdout, found.stdout + found.stderr
    assert found.returncode == 0


def test_where_a_test_is_taken_away_a_mutant_survives(tmp_path: Path) -> None:
    found = hunted(tmp_path, ORACLE, BOTH_SIDES)
    assert "SURVIVED" in found.stdout, found.stdout + found.stderr
    # A limit of six is nothing to somebody who asks about five; the constant is tried by importing all anew.
    assert "module: 5 -> 6 (none of 1 tests)" in found.stdout
    assert "is_late: took > LIMIT -> took >= LIMIT" not in found.stdout
    assert found.returncode == 1


def test_what_no_test_runs_survives(tmp_path: Path) -> None:
    found = hunted(tmp_path, ORACLE, "import oracle.scale\n\ndef test_nothing():\n    assert oracle.scale\n")
    assert "took > LIMIT -> took >= LIMIT (no test runs it)" in found.stdout, found.stdout + found.stderr
    assert found.returncode == 1


def test_a_mutant_that_never_ends_is_noticed_by_its_deadline(tmp_path: Path) -> None:
    tests = "from oracle.scale import rest\n\ndef test_nothing_is_left():\n    assert rest(2) == 0\n"
    (key,) = (one.key for one in planted(tmp_path, LOOP).values() if one.now == "removed")
    found = hunted(tmp_path, LOOP, tests, "--only", key)
    assert "1 noticed by its deadline" in found.stdout, found.stdout + found.stderr


def test_tests_that_fail_without_any_mutant_say_nothing_of_one(tmp_path: Path) -> None:
    found = hunted(tmp_path, ORACLE, WHOLE.replace("5.5", "4.5"))
    assert "the tests fail without any mutant: test_scale.py::test_a_bit_more_is_late" in found.stdout
    assert found.returncode == 2


def entry(one: Mutant, **other: str) -> str:
    fields = {"key": one.key, "at": equivalents.place_of(one), "change": one.change, "why": "nobody can tell", **other}
    return "[[equivalent]]\n" + "".join(f'{name} = "{value}"\n' for name, value in fields.items())


def test_what_is_listed_with_a_reason_is_no_survivor_and_what_is_listed_wrongly_is_told(tmp_path: Path) -> None:
    known = planted(tmp_path, ORACLE)
    limit, noticed = known["5 -> 6"], known["took > LIMIT -> took >= LIMIT"]
    found = hunted(tmp_path, ORACLE, BOTH_SIDES, listed=entry(limit) + entry(noticed))
    assert "module: 5 -> 6" not in found.stdout, found.stdout + found.stderr
    assert f"NO EQUIVALENT {noticed}: noticed by test_scale.py::test_five_is_in_time" in found.stdout
    assert found.returncode == 1


def test_an_entry_whose_line_was_edited_is_an_error(tmp_path: Path) -> None:
    before = planted(tmp_path, ORACLE)
    after = planted(tmp_path, ORACLE.replace("took > LIMIT", "took > LIMIT + 0"))
    limit, edited = before["5 -> 6"], before["took > LIMIT -> took >= LIMIT"]
    listed = tmp_path / "equivalents.toml"
    listed.write_text(entry(limit) + entry(edited))
    assert equivalents.errors(listed, [*before.values()]) == []
    (told,) = equivalents.errors(listed, [*after.values()])
    assert told.startswith(f"the entry '{edited.key}' is about no mutant that exists")


@pytest.mark.parametrize("other", [{"why": " "}, {"change": "5 -> 7"}, {"more": "x"}])
def test_an_entry_without_a_reason_or_about_another_change_is_an_error(tmp_path: Path, other: dict[str, str]) -> None:
    known = [*planted(tmp_path, ORACLE).values()]
    listed = tmp_path / "equivalents.toml"
    listed.write_text(entry(known[0], **other))
    assert len(equivalents.errors(listed, known)) == 1


def test_the_list_of_the_oracle_is_about_mutants_that_exist() -> None:
    rooms = (ROOT / "harness" / room for room in ("verdict", "facts"))
    files = [str(file.relative_to(ROOT)) for room in rooms for file in room.glob("*.py")]
    assert equivalents.errors(equivalents.LISTED, [one for file in files for one in mutants(ROOT, file)]) == []


def test_each_mutant_of_the_judge_has_its_own_name_and_is_code() -> None:
    known = mutants(ROOT, "harness/verdict/judge.py")
    assert len({one.key for one in known}) == len(known) > 100
    plain = compile((ROOT / "harness/verdict/judge.py").read_text(), "judge.py", "exec")
    assert all(code_of(ROOT, one).co_consts != plain.co_consts for one in known[:20])


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("x < y", {"x <= y", "x >= y"}),
        ("x and y", {"x or y"}),
        ("not x", {"x"}),
        ("x in y", {"x not in y"}),
        ("x - y", {"x + y"}),
        ("3", {"4"}),
        ("True", {"False"}),
        ("any(x)", {"all(x)"}),
        ("x.first(y)", {"x.last(y)"}),
        ("'word'", {"'mutant'"}),
        ("'two words'", set()),
        ("f'{x}'", set()),
        ("broken(x)", {"held"}),
        ("[x for x in y if x]", {"without 'if x'"}),
    ],
)
def test_what_becomes_of_an_expression(tmp_path: Path, code: str, changed: set[str]) -> None:
    found = planted(tmp_path, f"def f(x, y):\n    return {code}\n")
    assert {one.now for one in found.values()} == {*changed, "return None"}
