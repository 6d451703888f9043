"""A signature holds for what was signed, by whom it was signed, and for nothing else."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

from harness.attestation import Trust, against_attestation, inspect, seal
from harness.attestation.keys import private_key, public_key
from harness.attestation.signature import read_envelope, signed
from harness.attestation.statement import statement
from harness.errors import SpecError
from harness.report import merge, write_reports
from tests.attestation.pem import pair
from tests.attestation.stage import brief, run_in

NAME = "attestation.intoto.json"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return pair(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def run(tmp_path: Path, keys: tuple[Path, Path]) -> Path:
    """A small run that is signed."""
    return sign(run_in(tmp_path / "run", one=brief(), two=brief()), keys[0])


def sign(run: Path, key: Path) -> Path:
    earlier = read_envelope(run) if (run / NAME).exists() else None
    (run / NAME).write_bytes(signed(statement(run, inspect(run).redone), private_key(key), earlier))
    return run


def problems(run: Path, *keys: Path) -> tuple[str, ...]:
    found = inspect(run)
    trust = Trust(keys=[public_key(key) for key in keys])
    return (*found.problems, *against_attestation(run, found.redone, trust).problems)


@pytest.mark.parametrize("kind", ["ed25519", "p256", "p384", "p521"])
def test_a_run_is_signed_and_the_signature_holds_for_its_key_alone(tmp_path: Path, kind: str) -> None:
    mine, other = pair(tmp_path, kind), pair(tmp_path, kind, name="other")
    run = sign(run_in(tmp_path / "run", one=brief(), two=brief()), mine[0])
    assert problems(run, mine[1]) == ()
    (said,) = problems(run, other[1])
    assert said.startswith("There is no good signature of the key")


def test_the_envelope_is_read_by_others_who_know_the_format(run: Path, keys: tuple[Path, Path]) -> None:
    content = json.loads((run / NAME).read_bytes())
    assert content["payloadType"] == "application/vnd.in-toto+json"
    Envelope.from_dict(content).verify([SSlibKey.from_crypto(public_key(keys[1]))], 1)


def test_two_people_sign_the_same_statement(run: Path, keys: tuple[Path, Path], tmp_path: Path) -> None:
    second = pair(tmp_path, "p256", name="second")
    sign(run, second[0])
    assert len(read_envelope(run).signers) == 2
    assert problems(run, keys[1], second[1]) == ()
    sign(run, second[0])
    assert len(read_envelope(run).signers) == 2


@given(place=st.integers(min_value=0), flip=st.integers(min_value=1, max_value=255))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_another_byte_anywhere_in_the_envelope_is_seen(
    run: Path, keys: tuple[Path, Path], place: int, flip: int
) -> None:
    kept = (run / NAME).read_bytes()
    changed = bytearray(kept)
    changed[place % len(kept)] ^= flip
    (run / NAME).write_bytes(changed)
    found = problems(run, keys[1])
    (run / NAME).write_bytes(kept)
    assert found


def test_a_signature_does_not_move_to_another_run(run: Path, keys: tuple[Path, Path], tmp_path: Path) -> None:
    other = run_in(tmp_path / "other")
    (other / NAME).write_bytes((run / NAME).read_bytes())
    (said,) = problems(other, keys[1])
    assert "was signed for other files than these: 'manifest.json', 'one/journal.jsonl'" in said


def test_a_run_that_was_made_anew_after_the_journal_was_bettered_is_seen(run: Path, keys: tuple[Path, Path]) -> None:
    journal = run / "one" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"seed":7', b'"seed":8'))
    write_reports(run / "one")
    seal(run, merge(run).run)
    assert inspect(run).problems == (), "the manifest was made to fit"
    (said,) = problems(run, keys[1])
    assert "was signed for other files" in said


def test_a_statement_that_was_bettered_and_signed_by_a_stranger_is_seen(run: Path, keys: tuple[Path, Path]) -> None:
    better = statement(run, inspect(run).redone).replace(b"FAILED", b"PASSED")
    (run / NAME).write_bytes(signed(better, private_key(keys[0])))
    (said,) = problems(run, keys[1])
    assert "says something else than this judge makes" in said


def test_without_a_key_nothing_is_said_to_hold(run: Path) -> None:
    found = against_attestation(run, inspect(run).redone, Trust())
    assert found.problems == ()
    assert ["not checked" in remark for remark in found.remarks] == [True]


def test_a_key_demands_a_signature(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    assert problems(run_in(tmp_path, one=brief(), two=brief()), keys[1]) == ("The run is not signed",)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: {**one, "payloadType": "text/plain"},
        lambda one: {**one, "signatures": []},
        lambda one: {**one, "signatures": [{"keyid": 1, "sig": "eA=="}]},
        lambda one: {**one, "signatures": [{"sig": one["signatures"][0]["sig"]}]},
        lambda one: {**one, "signatures": [{**one["signatures"][0], "more": "x"}]},
        lambda one: {**one, "signatures": [{**one["signatures"][0], "sig": "%%"}]},
        lambda one: {**one, "signatures": one["signatures"] * 2},
        lambda one: {**one, "payload": "%%"},
        lambda one: {**one, "payload": base64.b64encode(b"[]").decode()},
        lambda one: {**one, "more": 1},
        lambda one: [one],
        lambda _: {},
        lambda _: None,
    ],
)
def test_an_envelope_that_is_none_is_named_and_harms_nobody(
    run: Path, keys: tuple[Path, Path], change: Callable[[Any], Any]
) -> None:
    content = json.loads((run / NAME).read_bytes())
    (run / NAME).write_text(json.dumps(change(content), indent=2) + "\n")
    assert any(NAME in one for one in problems(run, keys[1]))


def test_a_run_that_was_signed_and_changed_since_is_not_signed_over(run: Path, keys: tuple[Path, Path]) -> None:
    (run / "pytest.log").write_text("other\n")
    seal(run, "20260301-030000-4242")
    with pytest.raises(SpecError, match="was signed before"):
        sign(run, keys[0])


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602, 0o644])
def test_a_private_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    secret, _ = pair(tmp_path)
    secret.chmod(mode)
    with pytest.raises(SpecError, match=f"may be read by others: its mode is {mode:04o}"):
        private_key(secret)


@pytest.mark.parametrize("kind", ["rsa", "k256"])
def test_keys_of_other_kinds_are_refused(tmp_path: Path, kind: str) -> None:
    secret, public = pair(tmp_path, kind)
    with pytest.raises(SpecError, match="is no private key of Ed25519 or ECDSA"):
        private_key(secret)
    with pytest.raises(SpecError, match="is no public key of Ed25519 or ECDSA"):
        public_key(public)


def test_keys_that_cannot_be_used_are_refused_in_a_sentence(tmp_path: Path) -> None:
    locked, _ = pair(tmp_path, passphrase="secret")
    with pytest.raises(SpecError, match="is locked with a passphrase"):
        private_key(locked)
    secret, public = pair(tmp_path, name="other")
    with pytest.raises(SpecError, match="is a private one"):
        public_key(secret)
    public.chmod(0o600)
    with pytest.raises(SpecError, match="is no private key"):
        private_key(public)
    with pytest.raises(SpecError, match="cannot be read: No such file"):
        private_key(tmp_path / "none")
    (tmp_path / "junk").write_bytes(b"\x00junk")
    with pytest.raises(SpecError, match="is no public key"):
        public_key(tmp_path / "junk")


def test_without_the_library_one_sentence_says_what_to_install(
    run: Path, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "securesystemslib"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SpecError, match="needs the library 'securesystemslib'") as said:
        sign(run, keys[0])
    assert said.value.__notes__ == ["pip install 'kubedrill[sign]'"]
    assert inspect(run).problems == (), "what needs no key needs no library"
    with pytest.raises(SpecError, match="needs the library"):
        problems(run, keys[1])
