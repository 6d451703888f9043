"""How Secrets lie in etcd: etcdctl 3.6.5, Kubernetes 1.34.4."""

from __future__ import annotations

import base64
import json

import pytest

from harness.facts import Output
from harness.facts.encryption import ENCRYPTION_CONFIG, SECRET_OVER_API, SECRETS_AT_REST, beginning
from harness.facts.pki import PKI_FILES

SEALED = b"k8s:enc:secretbox:v1:key1:\x9f\x01\xfe:\x00and nothing that anybody can read"
BARE = b"k8s\x00\n\x0c\n\x02v1\x12\x06Secret\x12\x91\x01canary-secret"


def got(value: bytes | None) -> Output:
    kvs = [] if value is None else [{"key": "L3JlZ2lzdHJ5", "value": base64.b64encode(value).decode()}]
    return Output(status=0, stdout=json.dumps({"header": {"revision": 7}, **({"kvs": kvs} if kvs else {})}))


def test_of_an_encrypted_value_the_envelope_is_told_and_of_a_plain_one_no_more_than_a_mark() -> None:
    assert beginning(got(SEALED)) == "k8s:enc:secretbox:v1:key1:"
    assert beginning(got(BARE)) == "k8s"
    assert beginning(got(None)) == ""


def test_an_etcd_that_does_not_answer_tells_no_beginning() -> None:
    with pytest.raises(ValueError, match="deadline exceeded"):
        beginning(Output(status=1, stdout="", stderr="Error: context deadline exceeded"))


def test_each_secret_has_its_beginning() -> None:
    found = SECRETS_AT_REST.parse(Output(status=0, stdout='{"canary": "k8s:enc:secretbox:v1:key1:", "new": "k8s"}'))
    assert found == {"canary": "k8s:enc:secretbox:v1:key1:", "new": "k8s"}


def test_a_secret_is_read_or_refused_and_an_absent_api_is_no_refusal() -> None:
    assert SECRET_OVER_API.parse(Output(status=0, stdout='{"digest": "sha256:11"}')).digest == "sha256:11"
    refused = SECRET_OVER_API.parse(Output(status=500, stdout="", stderr="unable to transform key"))
    assert (refused.digest, refused.refusal) == ("", "unable to transform key")
    assert SECRET_OVER_API.parse(Output(status=400, stdout="")).refusal == "status 400"
    for status in (1, 399):
        with pytest.raises(ValueError, match="connection refused"):
            SECRET_OVER_API.parse(Output(status=status, stdout="", stderr="connection refused"))


def test_a_file_with_encryption_keys_counts_as_a_key_and_one_beside_it_does_not() -> None:
    listing = f"600 root {ENCRYPTION_CONFIG}\n644 root /etc/kubernetes/admission/config.yaml\n"
    found = {
        file.path: (file.is_irreplaceable, file.is_secret) for file in PKI_FILES.parse(Output(status=0, stdout=listing))
    }
    assert found == {ENCRYPTION_CONFIG: (True, True), "/etc/kubernetes/admission/config.yaml": (False, False)}
