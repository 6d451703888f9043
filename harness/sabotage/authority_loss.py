"""An authority that no one outside of the control plane knows is missing from the backup."""

from __future__ import annotations

from harness.backup import Bundle
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage


class AuthorityLoss(Sabotage):
    """kubeadm makes another one in its place, and everything runs."""

    authority: str

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Only where leaves are made anew does nothing else betray it."""
        if cls.authority in drill.remakes:
            return f"the recovery makes '{cls.authority}' anew by itself"
        return drill.why_not_taken("pki") or (
            None if drill.remakes else "what it signed comes back as well, and would not fit"
        )

    def bundle(self, bundle: Bundle) -> Bundle:
        """All but certificate and key."""
        lost = (f"pki/{self.authority}.crt", f"pki/{self.authority}.key")
        return bundle.only(lambda name: name not in lost)


class LoseEtcdCa(AuthorityLoss):
    """etcd and the API server trust a new authority."""

    name = "lose-etcd-ca"
    does = "leaves etcd's CA out of the backup"
    authority = "etcd/ca"
    expected = Expected(verdict="failed", names="'etcd/ca'")


class LoseFrontProxyCa(AuthorityLoss):
    """Aggregated API servers are shown a new authority."""

    name = "lose-front-proxy-ca"
    does = "leaves the front proxy's CA out of the backup"
    authority = "front-proxy-ca"
    expected = Expected(verdict="failed", names="'front-proxy-ca'")
