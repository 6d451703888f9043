"""What opens a cluster is taken out in whichever notation it comes, and nothing else is."""

from __future__ import annotations

import base64
import json
import time
import urllib.parse
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.clock import HostClock
from harness.journal import Kind, redact
from harness.journal.redaction import kinds_in
from harness.journal.writer import Journal
from tests.facts.test_recorded_answers import RECORDED
from tests.verdict import story

PASSED = story.passed()
TOKEN, CERTIFICATE_KEY = "abcdef.0123456789abcdef", "0f" * 32
BODY = "\n".join("MIIEowIBAAKCAQEA" + letter * 48 for letter in "abcdef")
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----\n"
JWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ"
PACKED = base64.b64encode(PEM.encode()).decode()
TWICE = base64.b64encode(json.dumps({"x": PEM}).encode()).decode()
VALUE = "Y2FuYXJ5LXNlY3JldA=="
SECRET = {"apiVersion": "v1", "data": {"value": VALUE, "other": "eHh4"}, "kind": "Secret", "metadata": {"name": "a"}}
YAML = f"apiVersion: v1\ndata:\n  value: {VALUE}\n  block: |\n    canary\n    {VALUE}\nkind: Secret\n"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (PEM, "abcdef"[:0] + "a" * 48),
        (json.dumps({"x": PEM}), "b" * 48),
        (json.dumps(json.dumps({"x": PEM})), "c" * 48),
        # The end of a longer output, and the begin of another.
        (PEM[200:], "d" * 48),
        (PEM[:300], "a" * 48),
        (f"client-key-data: {PACKED}\n", PACKED[60:120]),
        (f'{{"client-key-data":"{PACKED}"}}', PACKED[60:120]),
        (base64.encodebytes(PEM.encode()).decode(), PACKED[160:220]),
        (TWICE, TWICE[90:150]),
        (f"kubeadm join 10.77.0.100:6443 --token {TOKEN} --discovery", TOKEN),
        (json.dumps(f"join\n{TOKEN}\n"), TOKEN),
        (urllib.parse.quote(f"token={TOKEN}&x=1", safe=""), TOKEN),
        (f"token=abcdef%2E{TOKEN[7:]}", TOKEN[7:]),
        (f"\x1b[31mabc\x1b[0mdef.\x1b[1m{TOKEN[7:]}\x1b[0m", TOKEN[7:]),
        (f"\x1b[31m{TOKEN}\x1b[0m", TOKEN),
        ('{"data":{"token-id":"YWJjZGVm","token-secret":"MDEyMzQ1Njc4OWFiY2RlZg=="}}', "MDEyMzQ1Njc4OWFiY2RlZg"),
        ("  token-secret: MDEyMzQ1Njc4OWFiY2RlZg==\n", "MDEyMzQ1Njc4OWFiY2RlZg"),
        (base64.b64encode(f"kubeadm join --token {TOKEN} now".encode()).decode(), "YWJjZGVm"),
        (f"--certificate-key {CERTIFICATE_KEY}", CERTIFICATE_KEY),
        (f"--certificate-key={CERTIFICATE_KEY}", CERTIFICATE_KEY),
        (f"certificateKey: {CERTIFICATE_KEY}", CERTIFICATE_KEY),
        (f"[upload-certs] Using certificate key:\n{CERTIFICATE_KEY}\n", CERTIFICATE_KEY),
        (json.dumps(f"Using certificate key:\n{CERTIFICATE_KEY}"), CERTIFICATE_KEY),
        (f"Authorization: Bearer {JWT}", "c2lnbmF0dXJlLXNpZ25hdHVyZQ"),
        (json.dumps(f"\n{JWT}"), "c2lnbmF0dXJlLXNpZ25hdHVyZQ"),
        (json.dumps(SECRET), VALUE),
        (json.dumps(SECRET, indent=2), VALUE),
        (json.dumps({"kind": "List", "items": [SECRET]}), VALUE),
        (f"some words {json.dumps(SECRET)} and more", VALUE),
        (json.dumps({**SECRET, "stringData": {"a": 'with "quotes" and {braces}'}}), "braces"),
        (YAML, VALUE),
        (YAML.replace("data:", "stringData:"), "canary"),
        (f"items:\n- apiVersion: v1\n  data:\n    value: {VALUE}\n  kind: Secret\n", VALUE),
        ("- name: key1\n  secret: c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ=\n", "c2VjcmV0LXNlY3JldC"),
    ],
)
def test_a_secret_is_taken_out_and_its_kind_is_told(text: str, secret: str) -> None:
    assert secret in text or secret in text.replace("\x1b[1m", "")
    clean = redact(text)
    assert secret not in clean
    assert redact(clean) == clean
    assert kinds_in(text)
    assert not kinds_in(clean)


@pytest.mark.parametrize("text", ["tls.key=abcdef", "tls.key:abcdef", "token-id=abcdef", "tls.key: abcdef"])
def test_the_shortest_secrets_that_there_are_are_taken_out(text: str) -> None:
    assert redact(text) == text.removesuffix("abcdef") + "[secret]"
    assert kinds_in(text) == ("secret",)
    # A letter less is no value of a field any more.
    assert redact(text[:-1]) == text[:-1]


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n",
        base64.b64encode(b"-----BEGIN CERTIFICATE-----\n" + b"M" * 200).decode(),
        "sha256:" + "ab" * 32,
        '{"kind":"ConfigMap","data":{"a":"b"}}',
        json.dumps([{"kind": "Secret", "content": {"data": {"value": "sha256:" + "ab" * 32}}}]),
        "secretName: bootstrap-signer-token-of-somebody",
        "error: etcd1.example.com is not there; see https://kubernetes.io/docs/reference/",
    ],
)
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    assert redact(text) == text
    assert not kinds_in(text)


def test_of_several_objects_only_secrets_lose_their_data() -> None:
    config = {"kind": "ConfigMap", "data": {"a": "b"}}
    assert json.loads(redact(json.dumps([config, SECRET])))[0] == config


def test_a_recorded_drill_and_recorded_answers_are_what_they_were() -> None:
    for event in PASSED.events:
        line = event.to_line()
        assert redact(line) == line, f"line {event.seq}"
    for path in RECORDED.iterdir():
        assert redact(path.read_text()) == path.read_text(), path.name


def test_a_certificate_key_that_is_a_word_of_its_own_is_taken_out_of_a_command_line(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", HostClock())
    journal.write(Kind.COMMAND, node="a", argv=["kubeadm", "join", "--certificate-key", CERTIFICATE_KEY], status=0)
    journal.close()
    assert CERTIFICATE_KEY not in journal.path.read_text()


PIECES = st.sampled_from(
    [
        *(
            PEM,
            PEM[:200],
            PEM[300:],
            PACKED,
            TOKEN,
            f"--certificate-key {CERTIFICATE_KEY}",
            JWT,
            json.dumps(SECRET),
            YAML,
        ),
        *(
            "eyJ",
            ".",
            "\x1b[31m",
            "-----BEGIN RSA PRIVATE KEY-----",
            '"data":{',
            "kind: Secret",
            "token: ",
            "\n",
            '"',
            " ",
            "a",
        ),
    ]
)


@given(st.lists(PIECES | st.text(max_size=20), max_size=8).map("".join))
@settings(max_examples=150, deadline=None)
def test_redacting_twice_changes_nothing_more_and_never_makes_a_text_much_longer(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
    # What stands instead is seldom longer than what was there, and then by a few letters for each field.
    assert len(once) <= 4 * len(text) + 100


@pytest.mark.parametrize(
    "piece",
    [
        *("eyJ", "eyJaaaaaaaa.", "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----", "A" * 40 + "\n"),
        *(
            '"kind":"Secret","data":{',
            '"kind":"Secret","data":{"a":"',
            "kind: Secret\ndata:\n  a: b\n",
            "token: ",
            "\\",
        ),
        *("certificate-key ", "certificate-key \n \n", "a", "A", "abcdef.", "\x1b[", "\x1b[0m", " ", "=", "MIIE\n"),
    ],
)
def test_a_long_text_takes_time_in_proportion(piece: str) -> None:
    def spent(size: int) -> float:
        text = piece * (size // len(piece))
        began = time.process_time()
        redact(text)
        return time.process_time() - began

    small = min(spent(60_000) for _ in range(3))
    assert spent(600_000) < 25 * small + 0.3
