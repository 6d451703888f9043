"""One control plane of several is replaced, and something about the lost one is forgotten."""

from __future__ import annotations

from harness.recoveries import Recovery, ReplaceMember
from harness.sabotage.outline import Outline
from harness.sabotage.sabotage import Expected, Sabotage


class MemberTrouble(Sabotage):
    """Whatever is forgotten about a lost member is for drills that replace one."""

    @classmethod
    def why_not(cls, drill: Outline) -> str | None:
        """Where nobody is replaced nobody has to be forgotten."""
        return None if drill.replaces else "no control plane is replaced beside others that serve"


class ForgottenMember(MemberTrouble):
    """etcd still counts on the member that is lost."""

    name = "forgotten-member"
    does = "does not remove the lost member from etcd before the new machine joins"
    expected = Expected(verdict="failed", names="etcd cluster is not healthy")

    def recovery(self, recovery: Recovery) -> Recovery:
        """The same, less one command."""
        if isinstance(recovery, ReplaceMember):
            recovery.removes_member = False
        return recovery
