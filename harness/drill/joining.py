"""How a fresh machine comes to the cluster, and how it is turned away."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from harness.clock import NotYet
from harness.cluster import kubeadm
from harness.cluster.cluster import Cluster
from harness.drill.examination import Examination
from harness.errors import LabError
from harness.facts import Fact, Moment
from harness.facts.join import JOIN, JOIN_EXPIRED_TOKEN, JOIN_NEW_TOKEN, JOIN_WRONG_HASH, SIGNED_TOKENS
from harness.lab import Node
from harness.lab.turns import side_by_side

#: Waits for a state of the cluster, but not for ever; whether it came.
Patience = Callable[[str, Callable[[], bool | NotYet]], bool]
#: kubeadm itself would look for a token that is gone for 5 minutes.
_PATIENCE = timedelta(seconds=60)
_DISCOVERY = timedelta(seconds=15)
_NO_HASH = "sha256:" + "0" * 64


class Joining:
    """The spare machine at the door of the cluster, with good papers and with bad ones."""

    def __init__(self, cluster: Cluster, examination: Examination, patiently: Patience) -> None:
        self._cluster = cluster
        self._examination = examination
        self._patiently = patiently
        self._short = ""
        self._new = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The tokens that were issued here."""
        return tuple(token for token in (self._short, self._new) if token)

    def issue(self, lasting: timedelta) -> None:
        """Issue a token that soon expires, and show that it is good until then."""
        self._short = self._create("--ttl", f"{lasting.total_seconds():.0f}s")
        self._patiently(
            "the short-lived token to be signed", lambda: self._is_signed(self._short) or NotYet("it is not")
        )
        self._examination.note_answer(SIGNED_TOKENS, Moment.BEFORE, self._signed)

    @contextlib.contextmanager
    def on_the_way(self) -> Iterator[None]:
        """The machine boots beside what is done meanwhile: it has to be there at once when it is wanted."""
        with side_by_side(self._cluster.journal.clock, 1) as thread:
            booted = thread.submit(self._boot)
            yield
            booted.result()

    def _boot(self) -> None:
        spare = self._cluster.spare
        if not spare.machine.is_on:
            spare.power_on()
            self._cluster.prepare(spare)

    def join(self, join_hash: str) -> None:
        """Try a wrong hash and, where one was issued, an expired token; then join with the command of before."""
        self._ask(JOIN_WRONG_HASH, self._command(self._cluster.credentials.token, _NO_HASH))
        if self._short:
            self._try_expired(join_hash)
        self._ask(JOIN, self._command(self._cluster.credentials.token, join_hash))
        self._await_node()
        self._examination.spare_node()

    def join_anew(self) -> None:
        """The machine is lost and replaced by a fresh one, which joins with a new token; only after an expired one."""
        if not self._short:
            return
        cluster, spare = self._cluster, self._cluster.spare
        spare.cut()
        cluster.api.delete("Node", spare.name)
        spare.replace_disks()
        spare.power_on()
        cluster.prepare(spare)
        words = self._create("--print-join-command").split()
        self._new = words[words.index("--token") + 1]
        self._ask(JOIN_NEW_TOKEN, [*words, self._ignored])
        self._await_node()
        self._examination.spare_node(Moment.REJOINED)

    def _try_expired(self, join_hash: str) -> None:
        """With a signer at work, so that the token is refused for its age and not for want of any signature."""
        good = self._cluster.credentials.token

        def expired() -> bool | NotYet:
            if not self._is_signed(good):
                return NotYet("the good token is not signed")
            return NotYet("the short-lived token is signed still") if self._is_signed(self._short) else True

        self._patiently("the short-lived token to expire, and the good one to be signed again", expired)
        self._examination.note_answer(SIGNED_TOKENS, Moment.RECOVERED, self._signed)
        spare = self._cluster.spare
        document = kubeadm.join_document(
            self._cluster.spec, spare.spec, self._cluster.traits, token=self._short, join_hash=join_hash
        )
        document["timeouts"] = {"discovery": f"{_DISCOVERY.total_seconds():.0f}s"}
        spare.put(kubeadm.CONFIG, kubeadm.to_yaml(document), 0o600)
        self._ask(JOIN_EXPIRED_TOKEN, ["kubeadm", "join", "--config", kubeadm.CONFIG])

    def _command(self, token: str, pinned: str) -> list[str]:
        argv = ["kubeadm", "join", self._cluster.spec.endpoint_address, "--token", token]
        return [*argv, "--discovery-token-ca-cert-hash", pinned, self._ignored]

    @property
    def _ignored(self) -> str:
        return f"--ignore-preflight-errors={','.join(self._cluster.traits.ignored_checks)}"

    def _ask(self, fact: Fact[object], argv: Sequence[str]) -> None:
        spare: Node = self._cluster.spare
        with self._cluster.journal.wait(f"{fact.name} of '{spare.name}'"):
            patience = _PATIENCE * self._cluster.lab.pace
            self._examination.ask(spare, fact, Moment.RECOVERED, argv, patience=patience)

    def _await_node(self) -> None:
        self._patiently(f"'{self._cluster.spare.name}' to be Ready", self._examination.is_spare_ready)

    def _create(self, *flags: str) -> str:
        # Straight through the channel: a token has no business in the journal.
        output = self._cluster.master.machine.channel.run(["kubeadm", "token", "create", *flags])
        if output.status != 0:
            raise LabError(f"kubeadm issued no token: {output.stderr.strip()}")
        return output.stdout.strip()

    def _signed(self) -> dict[str, bool]:
        return {"good": self._is_signed(self._cluster.credentials.token), "short": self._is_signed(self._short)}

    def _is_signed(self, token: str) -> bool:
        published = self._cluster.api.get("ConfigMap", "cluster-info", "kube-public")["data"]
        return f"jws-kubeconfig-{token.partition('.')[0]}" in published
