"""How machines join the cluster, and how they are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.facts.fact import Output
from harness.facts.reading import read_json, shortened, succeeded

_COMMAND = re.compile(r"kubeadm join (\S+)")
_HASH = re.compile(r"--discovery-token-ca-cert-hash[ =](sha256:[0-9a-f]{64})\b")
# The words of kubeadm's pubkeypin and discovery packages, the same from 1.29 to 1.36.
_NOT_PINNED = re.compile(r"none of the public keys .* are pinned", re.S)
_NO_ANSWER = re.compile(r"cluster-info.*(no route to host|connection refused|timeout|deadline exceeded)", re.S)
_NOT_SIGNED = re.compile(r"could not find a JWS signature in the cluster-info ConfigMap for token ID")


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinAddress:
    """Where a join command goes, and the hash that it pins."""

    endpoint: str
    join_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Whether a machine joined, and what kubeadm said at the end."""

    joined: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCommand:
    """The command that a new worker would be given."""

    name: str = "join-command"
    argv: tuple[str, ...] = ("kubeadm", "token", "create", "--print-join-command")

    def parse(self, output: Output) -> JoinAddress:
        """The endpoint and the hash in it."""
        text = succeeded(output)
        command, pinned = _COMMAND.search(text), _HASH.search(text)
        if command is None or pinned is None:
            raise ValueError(f"not a join command with a hash: {shortened(text)}")
        return JoinAddress(endpoint=command[1], join_hash=pinned[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A machine runs the join command of before; the command itself is written down as it was run."""

    name: str = "join"
    argv: tuple[str, ...] = ("kubeadm", "join")

    def parse(self, output: Output) -> Joined:
        """Whether it joined."""
        return Joined(joined=output.status == 0, said=_last_words(output))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTokens:
    """Which bootstrap tokens the cluster vouches for; it signs cluster-info anew for each, until it expires."""

    good: bool
    short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSignatures:
    """The signatures under cluster-info, of the token of before and of one that lasts for seconds."""

    name: str = "signed-tokens"
    argv: tuple[str, ...] = ("api", "get", "configmap", "kube-public/cluster-info")

    def parse(self, output: Output) -> SignedTokens:
        """Which of the two are signed."""
        return read_json(SignedTokens, output)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinExpiredToken:
    """A machine tries to join with a token that has expired."""

    name: str = "join-expired-token"
    argv: tuple[str, ...] = ("kubeadm", "join")

    def parse(self, output: Output) -> Joined:
        """Whether it joined in spite of that; a failure for another reason is no answer."""
        said = _last_words(output)
        if output.status != 0 and not _NOT_SIGNED.search(output.stderr + "\n" + output.stdout):
            raise ValueError(f"the join failed, but not for its token: {said}")
        return Joined(joined=output.status == 0, said=said)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinMeanwhile:
    """A machine tries to join while there is no control plane."""

    name: str = "join-meanwhile"
    argv: tuple[str, ...] = ("kubeadm", "join")

    def parse(self, output: Output) -> Joined:
        """Whether it joined in spite of that; a failure for another reason is no answer."""
        said = _last_words(output)
        if output.status != 0 and not _NO_ANSWER.search(output.stderr + "\n" + output.stdout):
            raise ValueError(f"the join failed, but not because nobody answered: {said}")
        return Joined(joined=output.status == 0, said=said)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinWrongHash:
    """A machine tries to join with a hash that is not the cluster's."""

    name: str = "join-wrong-hash"
    argv: tuple[str, ...] = ("kubeadm", "join")

    def parse(self, output: Output) -> Joined:
        """Whether it joined in spite of that; a failure for another reason is no answer."""
        said = _last_words(output)
        if output.status != 0 and not _NOT_PINNED.search(output.stderr + "\n" + output.stdout):
            raise ValueError(f"the join failed, but not for its hash: {said}")
        return Joined(joined=output.status == 0, said=said)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedCerts:
    """The certificates in the cluster with which a control plane joins; they live as long as their token, 2 hours."""

    name: str = "uploaded-certs"
    argv: tuple[str, ...] = (
        *("kubectl", "get", "secret", "kubeadm-certs", "--namespace=kube-system", "--ignore-not-found"),
        "--output=jsonpath={.metadata.ownerReferences[0].name}",
    )

    def parse(self, output: Output) -> str:
        """The name of the token that they end with; empty if there are none."""
        return succeeded(output).strip()


def _last_words(output: Output) -> str:
    lines = (output.stderr.strip() or output.stdout.strip()).splitlines()
    errors = [line for line in lines if line.lower().startswith("error")]
    return shortened((errors or lines or [""])[-1])


JOIN_COMMAND = JoinCommand()
JOIN = Join()
JOIN_WRONG_HASH = JoinWrongHash()
JOIN_MEANWHILE = JoinMeanwhile()
JOIN_NEW_TOKEN = Join(name="join-new-token")
JOIN_EXPIRED_TOKEN = JoinExpiredToken()
SIGNED_TOKENS = TokenSignatures()
UPLOADED_CERTS = UploadedCerts()
