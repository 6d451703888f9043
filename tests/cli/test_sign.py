from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.attestation import seal
from tests.attestation.authority import authority
from tests.attestation.pem import pair
from tests.attestation.stage import brief, run_in
from tests.verdict.edits import edited

Command = Callable[..., int]
RUN = "20260301-030000-4242"


@pytest.fixture
def run(home: Path) -> Path:
    return run_in(home / "reports" / RUN, one=brief(), two=brief())


def test_a_run_is_signed_and_verified_with_the_public_half(
    kubedrill: Command, home: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret, public = pair(home / "keys")
    _, stranger = pair(home / "keys", name="stranger")
    assert kubedrill("sign", RUN, "--key", str(secret)) == 0
    assert str(run / "attestation.intoto.json") in capsys.readouterr().out
    assert kubedrill("verify", RUN) == 0
    assert "not checked" in capsys.readouterr().out
    assert kubedrill("verify", RUN, "--key", str(public)) == 0
    assert "Signed with the key '" in capsys.readouterr().out
    assert kubedrill("verify", RUN, "--key", str(public), "--key", str(stranger)) == 1
    assert "There is no good signature of the key" in capsys.readouterr().out
    assert kubedrill("report", RUN) == 3
    assert kubedrill("verify", RUN, "--key", str(public)) == 0, "reports with the same bytes leave the signature good"


def test_what_does_not_hold_is_not_signed(
    kubedrill: Command, home: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret, public = pair(home / "keys")
    (run / "pytest.log").write_text("other")
    assert kubedrill("sign", RUN, "--key", str(secret)) == 2
    said = capsys.readouterr().err
    assert "is not whole, so it is not signed" in said
    assert "'pytest.log' was changed" in said
    seal(run, RUN)
    secret.chmod(0o644)
    assert kubedrill("sign", RUN, "--key", str(secret)) == 2
    assert "chmod 0600" in capsys.readouterr().err
    assert not (run / "attestation.intoto.json").exists()
    assert kubedrill("verify", RUN, "--key", str(public)) == 1
    assert "The run is not signed" in capsys.readouterr().out


def test_a_rehearsal_is_not_signed(kubedrill: Command, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret, _ = pair(home / "keys")
    rehearsed = edited(brief(), lambda event: event.seq == 0, provider="rehearsal", fidelity="rehearsal")
    run = run_in(home / "reports" / RUN, one=rehearsed, two=brief())
    assert kubedrill("sign", RUN, "--key", str(secret)) == 2
    assert "'one' is a rehearsal" in capsys.readouterr().err
    assert not (run / "attestation.intoto.json").exists()


def test_a_signature_is_stamped_and_the_stamp_verified(
    kubedrill: Command, home: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret, public = pair(home / "keys")
    other, _ = pair(home / "keys", name="other")
    with authority(home / "authority") as here:
        assert kubedrill("sign", RUN, "--key", str(secret), "--timestamp-url", here.url) == 0
        words = ("verify", RUN, "--key", str(public), "--timestamp-root", str(here.root), "--json")
        capsys.readouterr()
        assert kubedrill(*words) == 0
        assert any(one.startswith("Timestamped 2") for one in json.loads(capsys.readouterr().out)["remarks"])
        assert kubedrill("verify", RUN) == 0
        assert "Timestamped, it says: not checked" in capsys.readouterr().out
        assert kubedrill("sign", RUN, "--key", str(other)) == 2
        assert "would void the stamp" in capsys.readouterr().err
        assert kubedrill("sign", RUN, "--key", str(other), "--timestamp-url", here.url) == 0
        capsys.readouterr()
        assert kubedrill(*words) == 0
        (run / "attestation.tsr").unlink()
        capsys.readouterr()
        assert kubedrill(*words) == 1
        assert json.loads(capsys.readouterr().out)["problems"] == ["The signature has no timestamp"]


def test_without_an_answer_of_the_authority_nothing_is_written(
    kubedrill: Command, home: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret, _ = pair(home / "keys")
    with authority(home / "authority", spoil=lambda answer: answer[:-40]) as here:
        assert kubedrill("sign", RUN, "--key", str(secret), "--timestamp-url", here.url) == 3
        assert "gave no timestamp" in capsys.readouterr().err
    assert kubedrill("sign", RUN, "--key", str(secret), "--timestamp-url", here.url) == 3
    assert "does not answer" in capsys.readouterr().err
    for url in ("file:///etc/passwd", "ftp://here/", "here"):
        assert kubedrill("sign", RUN, "--key", str(secret), "--timestamp-url", url) == 2
    assert not [path.name for path in run.iterdir() if path.name.startswith("attestation")]


def test_a_stamp_without_what_it_stamps_is_named(
    kubedrill: Command, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "attestation.tsr").write_bytes(b"x")
    assert kubedrill("verify", RUN) == 1
    assert "'attestation.tsr' stamps nothing" in capsys.readouterr().out
