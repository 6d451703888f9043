"""Something is missing from the backup."""

from __future__ import annotations

import yaml

from harness.backup import Bundle
from harness.backup.mismatched import pki_of_before
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage
from harness.spec import Role

_CONFIGURATION = "kubeadm/ClusterConfiguration.yaml"
_BARE = "the recovery as written restores no more than the CA"


class LoseCaKey(Sabotage):
    """The CA's certificate is there, its key is not."""

    name = "lose-ca-key"
    does = "leaves the CA's key out of the backup"
    expected = Expected(verdict="failed", names="ca.key")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Who keeps the key needs none from the backup."""
        return drill.why_not_taken("pki")

    def bundle(self, bundle: Bundle) -> Bundle:
        """All but pki/ca.key."""
        return bundle.only(lambda name: name != "pki/ca.key")


class LoseCa(Sabotage):
    """kubeadm makes a new CA, and nobody who knew the old one comes back."""

    name = "lose-ca"
    does = "leaves the CA's certificate and key out of the backup"
    expected = Expected(verdict="failed", names="join hash")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Who keeps the CA needs none from the backup."""
        return drill.why_not_taken("pki")

    def bundle(self, bundle: Bundle) -> Bundle:
        """All but the CA; what it signed would betray the loss at once, so that goes as well."""
        kept = ("pki/sa.key", "pki/sa.pub")
        return bundle.only(lambda name: not name.startswith("pki/") or name in kept or name.startswith("pki/etcd/"))


class LoseSaKey(Sabotage):
    """kubeadm makes a new key for service accounts, and tokens of before are refused."""

    name = "lose-sa-key"
    does = "leaves the service accounts' signing key out of the backup"
    expected = Expected(verdict="failed", names="sa.key")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Only a worker that was never restarted still holds the old tokens."""
        if not drill.keeps_configuration:
            return _BARE
        return drill.why_not_taken("pki") or (
            None if drill.lab.of_role(Role.WORKER) else "no worker holds tokens of before"
        )

    def bundle(self, bundle: Bundle) -> Bundle:
        """All but pki/sa.key and pki/sa.pub."""
        return bundle.only(lambda name: name not in ("pki/sa.key", "pki/sa.pub"))


class OlderPki(Sabotage):
    """Each part of the backup is good, and they are of different times."""

    name = "older-pki"
    does = "hands the recovery a PKI from before a rotation, with the newer snapshot"
    expected = Expected(verdict="failed", names="do not belong together")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where only one of them is used they need not fit."""
        return drill.why_not_taken("pki") or (None if drill.restores_data else "no snapshot is restored")

    def bundle(self, bundle: Bundle) -> Bundle:
        """The snapshot, and what was recorded beside it, are of now."""
        return pki_of_before(bundle)


class ForgottenInitFlags(Sabotage):
    """The second init is not told of the pods' network."""

    name = "forgotten-init-flags"
    does = "forgets the pods' network in the configuration of the second init"
    expected = Expected(verdict="failed", names="podSubnet")

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """A bare init forgets it anyway."""
        return drill.why_not_taken("kubeadm") or (None if drill.keeps_configuration else _BARE)

    def bundle(self, bundle: Bundle) -> Bundle:
        """A ClusterConfiguration without networking.podSubnet."""
        configuration = yaml.safe_load(bundle.files[_CONFIGURATION])
        del configuration["networking"]["podSubnet"]
        return Bundle({**bundle.files, _CONFIGURATION: yaml.safe_dump(configuration).encode()})
