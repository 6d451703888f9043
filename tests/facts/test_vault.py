"""What the machine of a vault tells of its files."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from harness.facts import Output
from harness.facts.vault import VAULT_CONTENT, newest_whole
from tests.verdict.vault import DIGEST, listing, name_of


def read(text: str) -> dict[str, str]:
    return {one.name: one.why_not_whole for one in VAULT_CONTENT.parse(Output(status=0, stdout=text))}


def test_a_backup_is_whole_by_its_manifest_and_its_digests() -> None:
    told = listing(("03:00:00", True), ("03:00:15", True), ("03:00:19", False))
    found = VAULT_CONTENT.parse(Output(status=0, stdout=told))
    assert [one.why_not_whole for one in found] == ["", "", "it has no manifest"]
    assert found[0].taken == datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
    assert found[0].files["snapshot.db"].mode == 0o600
    assert found[0].arrived == datetime(2026, 3, 1, 3, 0, 1, tzinfo=UTC).timestamp()


def test_a_file_that_differs_or_is_missing_makes_it_half() -> None:
    whole = listing(("03:00:00", True))
    rotten = whole.replace(f"{DIGEST}  ", f"{'ef' * 32}  ", 1)
    assert "snapshot.db is not what was sent" in read(rotten)[name_of("03:00:00")]
    missing = "\n".join(whole.splitlines()[2:]) + "\n"
    assert "not there" in read(missing)[name_of("03:00:00")]


def test_a_backup_has_arrived_when_the_last_of_its_files_has() -> None:
    lines = listing(("03:00:00", True)).splitlines()
    lines[0] = lines[0].replace("4096 1772334001.0000", "4096 1772334009.5000")
    (found,) = VAULT_CONTENT.parse(Output(status=0, stdout="\n".join(lines)))
    assert found.arrived == 1772334009.5


def test_a_file_is_called_what_it_is_called_spaces_included() -> None:
    whole = listing(("03:00:00", True)).replace("snapshot.db", "my snapshot.db")
    (found,) = VAULT_CONTENT.parse(Output(status=0, stdout=whole))
    assert (set(found.files), found.why_not_whole) == ({"my snapshot.db", "manifest.json"}, "")


def test_a_manifest_that_names_itself_has_not_the_digest_that_it_tells() -> None:
    whole = listing(("03:00:00", True)).replace('"files": {', f'"files": {{"manifest.json": "{DIGEST}", ')
    assert read(whole)[name_of("03:00:00")].startswith("manifest.json is not what was sent")


@pytest.mark.parametrize(
    "told",
    [
        *({"taken": time} for time in ("yesterday", "2026-03-01T03:00:00", 7, None)),
        *({"snapshot": time} for time in ("yesterday", "2026-03-01T03:00:00", 7)),
        *({"files": files} for files in ([], "snapshot.db", None)),
    ],
)
def test_a_manifest_that_tells_no_times_or_no_files_is_none(told: dict[str, object]) -> None:
    *lines, manifest = listing(("03:00:00", True)).splitlines()
    text = "\n".join([*lines, json.dumps({**json.loads(manifest), **told})])
    assert read(text) == {name_of("03:00:00"): "it has no manifest"}


def test_a_snapshot_that_tells_no_time_of_its_own_was_taken_when_its_run_began() -> None:
    *lines, manifest = listing(("03:00:00", True), aged=9).splitlines()
    for told, older in (({}, 9), ({"snapshot": None}, 0)):
        text = "\n".join([*lines, json.dumps({**json.loads(manifest), **told})])
        (found,) = VAULT_CONTENT.parse(Output(status=0, stdout=text))
        assert (found.taken - found.snapshot_taken).total_seconds() == older


def test_a_file_that_was_renamed_while_the_vault_was_listed_is_not_there() -> None:
    lines = listing(("03:00:00", True), ("03:00:15", True)).splitlines(keepends=True)
    assert read("".join([lines[0], *lines[5:]])) == {name_of("03:00:15"): ""}
    assert read(lines[0]) == {}


def test_a_manifest_that_is_cut_is_none() -> None:
    whole = listing(("03:00:00", True))
    assert read(whole[:-40] + "\n")[name_of("03:00:00")] == "it has no manifest"
    cut_in_front = whole[: whole.index("{")] + "{\n"
    assert read(cut_in_front)[name_of("03:00:00")] == "it has no manifest"


def test_the_newest_is_known_by_its_manifest_whatever_its_name() -> None:
    told = listing(("03:00:00", True), ("03:00:15", True)).replace(name_of("03:00:00"), "zzz")
    newest = newest_whole(VAULT_CONTENT.parse(Output(status=0, stdout=told)))
    assert newest is not None
    assert newest.name == name_of("03:00:15")


def test_a_backup_that_was_dropped_while_the_vault_was_listed_is_no_trouble() -> None:
    said = f"find: ‘/srv/vault/backups/{name_of('03:00:00')}’: No such file or directory\n"
    told = Output(status=1, stdout=listing(("03:00:15", True)), stderr=said)
    assert [one.name for one in VAULT_CONTENT.parse(told)] == [name_of("03:00:15")]
    with pytest.raises(ValueError, match="could not be listed"):
        VAULT_CONTENT.parse(
            Output(status=1, stdout="", stderr="find: ‘/srv/vault/backups’: No such file or directory\n")
        )


def test_what_a_server_keeps_for_itself_is_no_backup() -> None:
    own = f"600 17 1772334001.0000 .sgwtmp/upload\n{DIGEST}  /srv/vault/backups/.sgwtmp/upload\n"
    assert read(own + listing(("03:00:00", True))) == {name_of("03:00:00"): ""}


def test_a_vault_that_cannot_be_listed_is_no_empty_vault() -> None:
    with pytest.raises(ValueError, match="could not be listed: find: no such file"):
        VAULT_CONTENT.parse(Output(status=1, stdout="", stderr="find: no such file\n"))
