"""Checks of tokens that expire, and of those that replace them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.join import JOIN_COMMAND, JOIN_EXPIRED_TOKEN, JOIN_NEW_TOKEN, SIGNED_TOKENS
from harness.facts.objects import SPARE_NODE
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held
from harness.verdict.wording import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiredTokenRefused:
    """A token that has expired lets nobody in any more."""

    name: ClassVar[str] = "expired-token-refused"
    claim: ClassVar[str] = "A join command whose token has expired is refused, while one that has not is good"
    spare: str
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """It was signed once, is signed no longer though others are, and the join failed for want of its signature."""
        if not record.ask(SIGNED_TOKENS, CLUSTER, self.before).short:
            raise UntoldError("nothing was measured: the short-lived token was not good already before the fault")
        signed = record.ask(SIGNED_TOKENS, CLUSTER, self.after)
        answer = record.ask(JOIN_EXPIRED_TOKEN, self.spare, self.after)
        if answer.joined or signed.short:
            let_in = f"and let {quoted(self.spare)} in" if answer.joined else "and is signed still"
            return broken(f"a token that should have expired is good after the recovery, {let_in}")
        if not signed.good:
            raise UntoldError("nothing was measured: after the recovery no token at all was signed")
        return held(answer.said)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTokenJoins:
    """A new token makes the old join command good again; the hash stays."""

    name: ClassVar[str] = "new-token-joins"
    claim: ClassVar[str] = "A fresh worker joins with a new token and the hash of before"
    machine: str
    spare: str
    before: str = Moment.BEFORE
    joined: str = Moment.RECOVERED
    after: str = Moment.REJOINED

    def judge(self, record: Record) -> Ruling:
        """kubeadm was told the hash of before, it succeeded, and the Node is a new one and Ready."""
        answer = record.ask(JOIN_NEW_TOKEN, self.spare, self.joined)
        told = record.find(JOIN_NEW_TOKEN, self.spare, self.joined)
        known = record.ask(JOIN_COMMAND, self.machine, self.before).join_hash
        if told is None or known not in [str(word) for word in told.data.get("argv", [])]:
            return broken(f"the new join command does not pin the hash of before, {known}")
        if not answer.joined:
            return broken(f"{quoted(self.spare)} was refused with a new token: {answer.said}")
        node = record.ask(SPARE_NODE, CLUSTER, self.after)
        if node is None or node.metadata.name != self.spare or not node.is_ready:
            return broken(f"{quoted(self.spare)} joined with a new token, but is no Ready Node")
        first = record.ask(SPARE_NODE, CLUSTER, self.joined)
        if first is not None and first.metadata.uid == node.metadata.uid:
            raise UntoldError(f"nothing was measured: the Node {quoted(self.spare)} is that of the first join")
        return held(f"the Node {quoted(self.spare)} is a new one and Ready; the hash is {known}")
