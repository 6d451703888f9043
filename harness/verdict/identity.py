"""Checks that the cluster is the same one to those who knew it before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.config import CLUSTER_INFO
from harness.facts.join import JOIN, JOIN_COMMAND, JOIN_WRONG_HASH
from harness.facts.life import OLD_TOKEN
from harness.facts.objects import SPARE_NODE
from harness.facts.pki import CA_CERT, SA_PUB
from harness.verdict.record import Record, UntoldError
from harness.verdict.ruling import Ruling, broken, held
from harness.verdict.state import cluster_uid
from harness.verdict.wording import listed, quoted

_REFUSED = 401
_SHORT = len("sha256:") + 16


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinHash:
    """All three places that tell the join hash agree, and agree with before."""

    name: ClassVar[str] = "join-hash"
    claim: ClassVar[str] = "The join hash is the same as before in ca.crt, in cluster-info and in the join command"
    machine: str
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Six hashes, all equal."""
        before = self._hashes(record, self.before)
        if len(set(before.values())) > 1:
            raise UntoldError(f"the join hash was not one already before the fault: {_spelled(before)}")
        known = next(iter(before.values()))
        after = self._hashes(record, self.after)
        other = {source: value for source, value in after.items() if value != known}
        if other:
            same = [source for source in after if source not in other]
            agreed = f"; unchanged in {listed(same)}" if same else ""
            return broken(f"the join hash was {_short(known)} and now is {_spelled(other)}{agreed}")
        return held(f"{known} in {listed(after)}, before and after")

    def _hashes(self, record: Record, moment: str) -> dict[str, str]:
        return {
            f"ca.crt of {quoted(self.machine)}": record.ask(CA_CERT, self.machine, moment).join_hash,
            "cluster-info": record.ask(CLUSTER_INFO, CLUSTER, moment).join_hash,
            "the join command": record.ask(JOIN_COMMAND, self.machine, moment).join_hash,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OldJoin:
    """A fresh machine joins with the join command of before."""

    name: ClassVar[str] = "old-join"
    claim: ClassVar[str] = "A fresh worker joins with the join command of before, and becomes Ready in the same cluster"
    spare: str
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """kubeadm succeeded, the Node is Ready, and kube-system is the same object."""
        joined = record.ask(JOIN, self.spare, self.after)
        if not joined.joined:
            return broken(f"{quoted(self.spare)} was refused with the join command of before: {joined.said}")
        node = record.ask(SPARE_NODE, CLUSTER, self.after)
        if node is None or node.metadata.name != self.spare:
            return broken(f"kubeadm join succeeded on {quoted(self.spare)}, but the cluster has no such Node")
        if not node.is_ready:
            return broken(f"the Node {quoted(self.spare)} joined with the join command of before is not Ready")
        was, now = cluster_uid(record, self.before), cluster_uid(record, self.after)
        if was != now:
            return broken(f"{quoted(self.spare)} joined another cluster: the UID of kube-system was {was} and is {now}")
        return held(f"the Node {quoted(self.spare)} is Ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongHashRefused:
    """A machine that pins another hash is turned away."""

    name: ClassVar[str] = "wrong-hash-refused"
    claim: ClassVar[str] = "A join command with a wrong hash is refused for its hash"
    spare: str
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """The join failed, in the words of a hash that is not pinned."""
        answer = record.ask(JOIN_WRONG_HASH, self.spare, self.after)
        if answer.joined:
            return broken(f"{quoted(self.spare)} joined although its join command pinned a wrong hash")
        return held(answer.said)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldTokens:
    """A service-account token of before still tells the API who asks."""

    name: ClassVar[str] = "old-tokens"
    claim: ClassVar[str] = "The API still recognises a service-account token issued before the fault"
    machine: str
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """401 is a refusal, traced to the signing key; 5xx tells nothing; any other answer is to somebody known."""
        was, now = (record.ask(SA_PUB, self.machine, moment).digest for moment in (self.before, self.after))
        status = record.ask(OLD_TOKEN, CLUSTER, self.after)
        same = "the same as" if was == now else "another than"
        key = f"sa.key of {quoted(self.machine)} is {same} before, by its sa.pub"
        if status == _REFUSED:
            return broken(f"the token issued before the fault is refused with status 401; {key}")
        if status >= 500:
            raise UntoldError(f"the API could not tell whether the old token is good: it answered {status}")
        return held(f"recognised (status {status}); {key}")


def _spelled(hashes: dict[str, str]) -> str:
    values = dict.fromkeys(hashes.values())
    return ", ".join(
        f"{_short(value)} in {listed(source for source in hashes if hashes[source] == value)}" for value in values
    )


def _short(join_hash: str) -> str:
    """Enough of a hash to tell it from another; the report has it in full."""
    return join_hash[:_SHORT] + "…"
