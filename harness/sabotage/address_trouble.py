"""Something goes on naming an address at which nobody is any more."""

from __future__ import annotations

from harness.recoveries import Recovery, RestoreUnderNewAddress
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage


class AddressTrouble(Sabotage):
    """Whatever confuses addresses is for drills in which a machine gets another one."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where nothing moves the old address is the right one."""
        return None if drill.moves else "each machine keeps its address"


class WrongIp(AddressTrouble):
    """The PKI comes back as it was, and some of it is good for another address."""

    name = "wrong-ip"
    does = "puts back the certificates of the old address and makes none for the new one"
    expected = Expected(verdict="failed", names="certificate is valid for")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less one step."""
        if isinstance(recovery, RestoreUnderNewAddress):
            recovery.makes_certificates = False
        return recovery


class ForgottenKubelets(AddressTrouble):
    """The control plane is well, and workers call it where it was."""

    name = "forgotten-kubelets"
    does = "does not tell the kubelets of workers the new address"
    expected = Expected(verdict="failed", names="kubelet.conf of 'worker1' still names")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less one step on each worker."""
        if isinstance(recovery, RestoreUnderNewAddress):
            recovery.tells_workers = False
        return recovery
