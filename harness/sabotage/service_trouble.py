"""etcd is a service, and something is forgotten that a static pod would not need."""

from __future__ import annotations

from harness.recoveries import Recovery, RestoreEtcdService
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage
from harness.spec import Role


class ServiceTrouble(Sabotage):
    """Whatever is forgotten about a service is for drills whose etcd is one, and is restored."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """A static pod runs as root, and has no unit."""
        if not drill.lab.of_role(Role.ETCD):
            return "etcd is a static pod"
        return None if drill.restores_data else "no snapshot is restored"


class WrongOwner(ServiceTrouble):
    """What root has restored is root's."""

    name = "wrong-owner"
    does = "does not give the restored directory to the account that etcd runs as"
    expected = Expected(verdict="failed", names="permission denied")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less one command."""
        if isinstance(recovery, RestoreEtcdService):
            recovery.gives_away = False
        return recovery


class UnitNotEdited(ServiceTrouble):
    """The service starts from the directory that it always had."""

    name = "unit-not-edited"
    does = "leaves the old directory in etcd's unit"
    expected = Expected(verdict="failed", names="does not start from /var/lib/etcd:")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less one command."""
        if isinstance(recovery, RestoreEtcdService):
            recovery.edits = False
        return recovery
