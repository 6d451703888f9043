"""What every recovery is."""

from __future__ import annotations

from typing import Protocol

from harness.backup import Bundle
from harness.cluster.cluster import Cluster
from harness.errors import LabError


class RecoveryError(LabError):
    """A recovery cannot go on, though no command failed; for a drill this is a finding, not trouble with the lab."""


class Recovery(Protocol):
    """One way back, from what is kept off the machine alone.

    `restores_data` says that etcd's data are among it, `in_place` that they are all of it: the control plane's own
    files are still on the machine, `other_disks` that disks have to be changed for it, `from_pair` that the backup lies
    in the vault as a snapshot and an archive of the same moment. `takes` says which other parts of the backup are used,
    if not all, and `remakes` which certificates are made anew. `directory` is the folder that etcd has afterwards,
    where that is another one. `regrows` names the machines that join again once `node` serves alone; `replaces` says
    that `node` itself joins the others, who never stopped, and `of_worker` that it is no control plane.
    """

    @property
    def name(self) -> str:
        """Its name in the journal."""
        ...

    @property
    def node(self) -> str:
        """The machine that is brought back."""
        ...

    @property
    def keeps_configuration(self) -> bool:
        """Whether it promises to bring back more than the identity: configuration, taints, old tokens."""
        ...

    def run(self, cluster: Cluster, bundle: Bundle) -> None:
        """Do it; a step that the machine refuses ends it."""
        ...


#: The parts of a backup, by the first part of their names.
PARTS = ("pki", "manifests", "files", "kubeadm", "etcd")


def taken_by(recovery: Recovery) -> tuple[str, ...]:
    """The parts of the backup that the recovery uses; one that does not say may use them all."""
    named: tuple[str, ...] = getattr(recovery, "takes", ("etcd",) if works_in_place(recovery) else PARTS)
    return named


def remade_by(recovery: Recovery) -> tuple[str, ...]:
    """The certificates that the recovery makes anew, by name; one that names none brings back those of before."""
    named: tuple[str, ...] = getattr(recovery, "remakes", ())
    return named


def lets_in_again(recovery: Recovery) -> bool:
    """Whether its machine is a worker that has to join again."""
    return bool(getattr(recovery, "rejoins", False))


def is_of_worker(recovery: Recovery) -> bool:
    """Whether its machine is a worker that is a member still."""
    return bool(getattr(recovery, "of_worker", False))


def restores_data(recovery: type[Recovery] | Recovery) -> bool:
    """Whether etcd's data come from the backup afterwards; a recovery that says nothing keeps those of the disk."""
    return bool(getattr(recovery, "restores_data", False))


def brings_back(recovery: Recovery) -> tuple[str, ...]:
    """All machines that it brings back, the one on which it begins before the others."""
    others: tuple[str, ...] = getattr(recovery, "regrows", ())
    return (recovery.node, *others)


def replaces_member(recovery: Recovery) -> bool:
    """Whether its machine joins control planes that serve."""
    return bool(getattr(recovery, "replaces", False))


def works_in_place(recovery: Recovery) -> bool:
    """Whether control plane and machine are kept as they are; a recovery that says nothing makes them anew."""
    return bool(getattr(recovery, "in_place", False))


def needs_other_disks(recovery: type[Recovery] | Recovery) -> bool:
    """Whether it changes disks, so that commands on the machine are not enough; one that says nothing changes none."""
    return bool(getattr(recovery, "other_disks", False))
