"""How Secrets lie in etcd, and whether the API can read them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.facts.fact import Output
from harness.facts.reading import read_json, shortened

#: Where an API server finds the keys; beside the PKI, and in no PKI.
ENCRYPTION_CONFIG = "/etc/kubernetes/encryption/config.yaml"
#: What an API server writes before whatever it has encrypted: `k8s:enc:PROVIDER:VERSION:KEY:`.
ENCRYPTED = "k8s:enc:"
_PARTS = 5
#: Of a value in the clear this is as much as anybody may see: the mark of Kubernetes' binary form.
_MARK = 3
_HTTP = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeyValue:
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    kvs: list[_KeyValue] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Digest:
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRead:
    """The digest of a Secret's content, or the words in which the API refused to read it."""

    digest: str = ""
    refusal: str = ""


def beginning(output: Output) -> str:
    """How the value that etcdctl got begins: the envelope of an encrypted one, a mark of any other; empty if none."""
    found = read_json(_Range, output).kvs
    value = base64.b64decode(found[0].value) if found else b""
    text = value.decode(errors="replace")
    if not text.startswith(ENCRYPTED):
        return text[:_MARK]
    return ":".join(text.split(":")[:_PARTS]) + ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsAtRest:
    """How the values of Secrets begin in etcd; the rest of them stays there."""

    name: str = "secrets-at-rest"
    argv: tuple[str, ...] = ("etcdctl", "get", "/registry/secrets/…", "-w", "json")

    def parse(self, output: Output) -> Mapping[str, str]:
        """The beginning of each, by the Secret's name."""
        return read_json(dict[str, str], output)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretOverApi:
    """The canary's Secret, read through the API."""

    name: str = "secret-over-api"
    argv: tuple[str, ...] = ("api", "get", "secret", "drill/canary")

    def parse(self, output: Output) -> SecretRead:
        """Its digest; an API that answers and refuses is an answer, an API that is not there is none."""
        if output.status == 0:
            return SecretRead(digest=read_json(_Digest, output).digest)
        if output.status < _HTTP:
            raise ValueError(f"no answer: {shortened(output.stderr or output.stdout) or 'nothing was said'}")
        return SecretRead(refusal=shortened(output.stderr) or f"status {output.status}")


SECRETS_AT_REST = SecretsAtRest()
SECRET_OVER_API = SecretOverApi()
