"""A timestamp is worth what its authority is worth, and belongs to one signature."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.attestation.stamp import check_answer, query, root_certificates, stamped_at
from harness.errors import LabError, SpecError
from tests.attestation.authority import Authority, authority, openssl

MESSAGE = b"an envelope"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authority")


@pytest.fixture(scope="module")
def here(place: Path) -> Authority:
    with authority(place) as found:
        return found


@pytest.fixture(scope="module")
def answer(place: Path, here: Authority) -> bytes:
    """A good answer to a question about the message."""
    assert here.root.exists()
    asked = query(MESSAGE)
    given = reply(place, asked.body)
    check_answer(asked, given)
    return given


def reply(place: Path, body: bytes) -> bytes:
    (place / "query.tsq").write_bytes(body)
    return openssl("ts", "-reply", "-config", str(place / "tsa.conf"), "-queryfile", str(place / "query.tsq"))


def test_a_stamp_tells_when_the_message_was_there(here: Authority, answer: bytes) -> None:
    moment = stamped_at(answer, MESSAGE, root_certificates([here.root]))
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=5)


def test_openssl_reads_the_same_stamp(place: Path, here: Authority, answer: bytes) -> None:
    (place / "message").write_bytes(MESSAGE)
    (place / "answer.tsr").write_bytes(answer)
    argv = ("ts", "-verify", "-data", f"{place}/message", "-in", f"{place}/answer.tsr", "-CAfile", str(here.root))
    openssl(*argv)
    (place / "message").write_bytes(MESSAGE + b"!")
    with pytest.raises(subprocess.CalledProcessError):
        openssl(*argv)


def test_a_stamp_is_of_one_message(here: Authority, answer: bytes) -> None:
    with pytest.raises(ValueError, match="Mismatch between messages"):
        stamped_at(answer, MESSAGE + b"!", root_certificates([here.root]))


def test_another_authority_does_not_vouch(tmp_path: Path, answer: bytes) -> None:
    with authority(tmp_path / "other") as other, pytest.raises(ValueError):
        stamped_at(answer, MESSAGE, root_certificates([other.root]))


def test_an_answer_to_another_question_is_refused(place: Path, here: Authority) -> None:
    assert here.url
    asked, other = query(MESSAGE), query(MESSAGE)
    with pytest.raises(LabError, match="it answered another question"):
        check_answer(asked, reply(place, other.body))
    for junk in (b"", b"junk", b"\x30\x03\x02\x01\x02"):
        with pytest.raises(LabError, match="gave no timestamp"):
            check_answer(asked, junk)


@given(at=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_another_byte_never_makes_another_time_or_another_message(
    here: Authority, answer: bytes, at: int, flip: int
) -> None:
    changed = bytearray(answer)
    changed[at % len(answer)] ^= flip
    roots = root_certificates([here.root])
    try:
        moment = stamped_at(bytes(changed), MESSAGE, roots)
    except ValueError:
        return
    assert moment == stamped_at(answer, MESSAGE, roots)


def test_certificates_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "junk.pem").write_text("junk")
    with pytest.raises(SpecError, match="holds no certificates in PEM"):
        root_certificates([tmp_path / "junk.pem"])
    with pytest.raises(SpecError, match="cannot be read"):
        root_certificates([tmp_path / "none.pem"])


def test_without_the_library_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(SpecError, match="needs the library 'rfc3161-client'") as said:
        query(MESSAGE)
    assert said.value.__notes__ == ["pip install 'kubedrill[timestamp]'"]
