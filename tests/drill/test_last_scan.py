"""The last scan finds what was planted, wherever and by whomever it was written, and never says it."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from harness.cluster import canary
from harness.drill.last_scan import scan
from tests.journal.test_redaction import BODY, CERTIFICATE_KEY, JWT, PACKED, PEM, SECRET, TOKEN

PLANTED = [
    *(PEM, f"client-key-data: {PACKED}", TOKEN, f"--certificate-key {CERTIFICATE_KEY}", JWT, json.dumps(SECRET)),
    *(canary.SECRET, base64.b64encode(canary.SECRET.encode()).decode()),
]


@pytest.mark.parametrize("secret", PLANTED)
@pytest.mark.parametrize(
    "name",
    ["pytest.log", "run.json", "junit.xml", "a/report.html", "a/journal.jsonl", "a/evidence/master1.console.log"],
)
def test_each_secret_is_found_in_each_file_and_is_not_said(tmp_path: Path, name: str, secret: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = {
        ".json": json.dumps({"a": [secret]}),
        ".jsonl": f"{{}}\n{json.dumps({'stdout': secret})}\n",
        ".html": secret.replace('"', "&quot;"),
        ".xml": secret.replace('"', "&#34;"),
    }.get(path.suffix, f"before\n{secret}\nafter")
    path.write_text(text)
    (found,) = scan(tmp_path)
    assert (found.path, bool(found.kinds)) == (path, True)
    assert str(path) in str(found)
    assert not any(
        part in str(found) for part in (BODY[:40], PACKED[:40], TOKEN, CERTIFICATE_KEY, JWT[-20:], canary.SECRET)
    )


def test_a_torn_journal_is_searched_as_well(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text("{}\n" + json.dumps({"stdout": f"a\n{TOKEN}\n"})[:-3])
    assert [one.kinds for one in scan(tmp_path)] == [("bootstrap token",)]


def test_a_secret_across_the_seam_of_two_pieces_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("x " * (2 * 2**20 - 8) + TOKEN + " x" * 100)
    assert scan(tmp_path)


def test_clean_reports_and_what_a_link_leads_to_are_no_find(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text(TOKEN)
    (tmp_path / "run").mkdir()
    (tmp_path / "run/link").symlink_to(tmp_path / "outside")
    (tmp_path / "run/journal.jsonl").write_text('{"argv": ["kubeadm", "join", "--token", "[bootstrap token]"]}\n')
    assert scan(tmp_path / "run") == ()
