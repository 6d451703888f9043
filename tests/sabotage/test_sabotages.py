from __future__ import annotations

from pathlib import Path

import pytest

from harness.drill import spoiling
from harness.drill.told import read_intent
from harness.errors import LabError
from harness.report import exit_status, write_reports
from harness.report.document import document
from harness.report.matrix import told
from harness.sabotage import SABOTAGES, Sabotage
from harness.sabotage.address_trouble import AddressTrouble
from harness.sabotage.authority_loss import AuthorityLoss
from harness.sabotage.backup_loss import OlderPki
from harness.sabotage.displacement_trouble import AbsenceTrouble, DisplacementTrouble, DrainTrouble
from harness.sabotage.expiry_trouble import ExpiryTrouble
from harness.sabotage.forgotten_customs import ForgottenAdmission, ForgottenKubeletConfiguration, ForgottenManifests
from harness.sabotage.harness_trouble import LabBreaksFirst
from harness.sabotage.lost_encryption import AnotherEncryptionKey, ForgottenEncryptionKeys, LostEncryption
from harness.sabotage.member_trouble import MemberTrouble
from harness.sabotage.name_trouble import NameTrouble
from harness.sabotage.old_token import TokenNeverExpires
from harness.sabotage.outage_trouble import OutageTrouble
from harness.sabotage.parting_trouble import PartingTrouble
from harness.sabotage.schedule_trouble import NewestByName, ScheduleTrouble, TimerTrouble
from harness.sabotage.service_trouble import ServiceTrouble
from harness.sabotage.sidecar_trouble import SidecarTrouble
from harness.sabotage.snapshot_trouble import SnapshotTrouble
from harness.sabotage.space_trouble import HeldOpen, SpaceTrouble
from harness.spec import parse_shape
from tests.drill.rehearsing import STORIES, rehearse, shape_of

STATUS = {"passed": 0, "failed": 1, "errored": 3, "inconclusive": 3}
#: What could look different where the data come from a snapshot.
RESTORED_TOO = (
    *("fault-does-nothing", "lose-ca", "lose-ca-key", "lose-sa-key", "older-pki", "not-after-reboot", "slow-recovery"),
)
#: The drills whose control plane is kept as it is, and what could look different there.
IN_PLACE = ("rollback", "data-disk-failure", "restore-new-dir", "bad-backup", "quorum-loss", "bad-state-all-alive")
MISMATCHED_TOO = ("fault-does-nothing", "older-pki", "unchecked-backup", "lose-ca-key", "stale-snapshot")
PARTED_TOO = ("fault-does-nothing", "helping-hand", "not-after-reboot", "slow-recovery")
WORKER_TOO = ("fault-does-nothing", "not-after-reboot", "slow-recovery")
MEMBER_TOO = ("fault-does-nothing", "not-after-reboot", "slow-recovery")
SCHEDULED_TOO = ("fault-does-nothing", "flipped-bit", "foreign-snapshot", "not-after-reboot")
#: Where something of before the fault could be taken for a broken claim.
BROKEN_TOO = ("destroyed-master", "network-partition", "quorum-loss", "scheduled-backup", "master-outage", "drain")
BY_CRON_JOB_TOO = ("suspended-cron-job", "newest-by-name", "fault-does-nothing")
IN_PLACE_TOO = ("fault-does-nothing", "not-after-reboot")
RESTORING = ("destroyed-master", "cluster-backup", "external-etcd")
ELSEWHERE = (
    ServiceTrouble,
    SnapshotTrouble,
    ForgottenManifests,
    ForgottenAdmission,
    OlderPki,
    LostEncryption,
    TokenNeverExpires,
    OutageTrouble,
    AuthorityLoss,
    ExpiryTrouble,
    SpaceTrouble,
    HeldOpen,
    MemberTrouble,
    PartingTrouble,
    ScheduleTrouble,
    SidecarTrouble,
    DisplacementTrouble,
    AddressTrouble,
    NameTrouble,
)


def why_not(name: str, sabotage: type[Sabotage]) -> str | None:
    shape, _ = shape_of(STORIES[name])
    lab = parse_shape(shape)
    return spoiling.why_not(sabotage, lab, read_intent(STORIES[name], lab))


def of_snapshots(name: str) -> list[type[Sabotage]]:
    return [one for one in SABOTAGES if issubclass(one, SnapshotTrouble) and why_not(name, one) is None]


#: A worker makes every sabotage possible; the other drills get those that could look different on them.
CELLS = [
    *(("os-disk-swap-worker", one) for one in SABOTAGES if not issubclass(one, ELSEWHERE)),
    ("custom-config", ForgottenManifests),
    ("custom-config", ForgottenAdmission),
    ("custom-config", ForgottenKubeletConfiguration),
    ("encrypted-etcd", ForgottenEncryptionKeys),
    ("encrypted-etcd", AnotherEncryptionKey),
    *(("mismatched-pair", one) for one in SABOTAGES if one.name in MISMATCHED_TOO),
    *(("scheduled-backup", one) for one in SABOTAGES if issubclass(one, TimerTrouble) or one is NewestByName),
    *(("scheduled-backup", one) for one in SABOTAGES if one.name in SCHEDULED_TOO),
    *(("cron-job-backup", one) for one in SABOTAGES if one.name in BY_CRON_JOB_TOO),
    *(("external-etcd", one) for one in SABOTAGES if issubclass(one, ServiceTrouble)),
    *(("external-etcd", one) for one in SABOTAGES if one.name in IN_PLACE_TOO),
    *((name, one) for name in (*RESTORING, *IN_PLACE) for one in of_snapshots(name)),
    *(("changed-name", one) for one in SABOTAGES if issubclass(one, NameTrouble)),
    *(("changed-name", one) for one in SABOTAGES if one.name in ("fault-does-nothing", "default-member")),
    *(("changed-identity", one) for one in SABOTAGES if issubclass(one, AddressTrouble)),
    *(
        ("changed-identity", one)
        for one in SABOTAGES
        if one.name in ("fault-does-nothing", "default-member", "lose-ca")
    ),
    *(("sidecar-backup", one) for one in SABOTAGES if issubclass(one, SidecarTrouble)),
    *(("sidecar-backup", one) for one in SABOTAGES if one.name in ("fault-does-nothing", "stopped-timer")),
    ("old-join", TokenNeverExpires),
    *(("master-outage", one) for one in SABOTAGES if issubclass(one, OutageTrouble)),
    *(("pki-loss", one) for one in SABOTAGES if issubclass(one, AuthorityLoss)),
    *(("pki-loss", one) for one in SABOTAGES if one.name in ("fault-does-nothing", "lose-ca", "lose-ca-key")),
    *(("pki-loss-least", one) for one in SABOTAGES if one.name in ("lose-sa-key", "not-after-reboot")),
    *(("expired-certificates", one) for one in SABOTAGES if issubclass(one, ExpiryTrouble)),
    *(("expired-certificates", one) for one in SABOTAGES if one.name in ("fault-does-nothing", "lose-ca-key")),
    *(("master-outage", one) for one in SABOTAGES if one.name in ("fault-does-nothing", "not-after-reboot")),
    *(("old-join", one) for one in SABOTAGES if one.name in ("lose-ca", "fault-does-nothing")),
    *(("disk-full", one) for one in SABOTAGES if issubclass(one, SpaceTrouble)),
    *(("data-disk-full", one) for one in SABOTAGES if one.name in ("held-open", "fault-does-nothing")),
    *(("disk-full", one) for one in SABOTAGES if one.name in ("fault-does-nothing", "not-after-reboot")),
    *(("drain", one) for one in SABOTAGES if issubclass(one, DrainTrouble)),
    *(("node-outage", one) for one in SABOTAGES if issubclass(one, AbsenceTrouble)),
    *((name, one) for name in ("drain", "node-outage") for one in SABOTAGES if one.name in WORKER_TOO),
    *(("member-loss", one) for one in SABOTAGES if issubclass(one, MemberTrouble)),
    *(("member-loss", one) for one in SABOTAGES if one.name in MEMBER_TOO),
    *(("network-partition", one) for one in SABOTAGES if issubclass(one, PartingTrouble)),
    *(("network-partition", one) for one in SABOTAGES if one.name in PARTED_TOO),
    *((name, one) for name in RESTORING[:2] for one in SABOTAGES if one.name in RESTORED_TOO),
    *((name, one) for name in IN_PLACE for one in SABOTAGES if one.name in IN_PLACE_TOO),
    *(("os-disk-swap", one) for one in SABOTAGES if one.name in ("lose-ca", "empty-data-disk", "not-after-reboot")),
    *((name, LabBreaksFirst) for name in BROKEN_TOO),
    *(("os-disk-swap-seed", one) for one in SABOTAGES if one.name in ("fault-does-nothing", "lose-ca-key")),
]


@pytest.mark.parametrize(("name", "sabotage"), CELLS, ids=[f"{name}-{one.name}" for name, one in CELLS])
def test_a_spoiled_drill_ends_as_expected_and_names_the_cause(
    name: str, sabotage: type[Sabotage], tmp_path: Path
) -> None:
    assert why_not(name, sabotage) is None
    rehearse(STORIES[name], tmp_path, sabotage=sabotage(), raises=LabError if sabotage is LabBreaksFirst else None)
    verdict = write_reports(tmp_path / name)
    said = told(document(verdict))
    assert (verdict.word, sabotage.expected.names in said) == (sabotage.expected.verdict, True), said
    assert exit_status([verdict.word]) == STATUS[sabotage.expected.verdict]
    assert verdict.header.sabotage == sabotage.name


def test_a_lost_ca_key_does_not_change_the_join_hash(tmp_path: Path) -> None:
    (lost,) = (one for one in SABOTAGES if one.name == "lose-ca-key")
    rehearse(STORIES["os-disk-swap"], tmp_path, sabotage=lost())
    verdict = write_reports(tmp_path / "os-disk-swap")
    assert verdict.join_hash_before is not None
    assert verdict.join_hash_before == verdict.join_hash_after or verdict.join_hash_after is None


def test_files_of_the_backup_are_not_spoilt_where_the_control_plane_keeps_its_own() -> None:
    reasons = {one.name: why_not("rollback", one) for one in SABOTAGES}
    unused = ("lose-ca-key", "lose-ca", "lose-sa-key", "forgotten-init-flags", "forgotten-kubelet-configuration")
    assert all(str(reasons[name]).startswith("the control plane keeps its own") for name in unused)


def test_what_is_only_observed_is_not_spoilt() -> None:
    (reboot,) = (one for one in SABOTAGES if one.name == "not-after-reboot")
    assert why_not("os-disk-swap-seed", reboot) == "the runbook as written promises nothing for after a reboot"
    assert why_not("os-disk-swap", reboot) is None


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda one: one.name)
def test_each_sabotage_applies_somewhere(sabotage: type[Sabotage]) -> None:
    assert any(why_not(name, sabotage) is None for name in STORIES)


@pytest.mark.parametrize("name", STORIES)
def test_each_drill_has_at_least_two_sabotages_and_a_reason_for_each_that_does_not_apply(name: str) -> None:
    reasons = [why_not(name, sabotage) for sabotage in SABOTAGES]
    assert reasons.count(None) >= 2
    assert all(reason is None or reason for reason in reasons)
