"""A kept lab takes its vault along, and another process can work with it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness import faults, recoveries
from harness.cli.app import make_app
from harness.cli.guard import guarded
from harness.drill import Drill
from harness.drill.by_hand import OpenedLab, demand_by_hand, find_kept, name_of, recovery_named
from harness.drill.kept import hand_over, kept_lab
from harness.errors import LabError, SpecError
from harness.lab import Node
from harness.lab.told_channel import Teller, ToldChannel
from harness.ownership import Kind, LeaseRecord, State, leases_root, open_lease, read_leases
from harness.providers.rehearsal import RehearsalProvider
from harness.recoveries import RECOVERIES
from harness.sabotage import SABOTAGES
from tests.drill.rehearsing import RUN, rehearse

(LOSE_CA_KEY,) = (one for one in SABOTAGES if one.name == "lose-ca-key")
SHOWN = "kd-20250101-000000-abcd-4f2a"


def command(*words: str) -> int:
    return guarded(lambda: make_app()(list(words), prog_name="kubedrill", standalone_mode=False))


def telling(after: Callable[[Drill], None]) -> Callable[[Drill], None]:
    """A drill whose recovery is spoilt, and what somebody does with its lab then."""

    def story(drill: Drill) -> None:
        before = drill.baseline()
        drill.inject(faults.SwapOsDisk(drill.cluster.master))
        drill.recover(recoveries.AdoptDataDisk(drill.cluster.master), within=timedelta(minutes=5))
        # The planner's drill has neither vault nor machines.
        if hasattr(drill, "_vault"):
            after(drill)
        drill.expect_survival(of=before, losing_at_most=timedelta(0))

    return pytest.mark.lab("1")(story)


def by_hand(drill: Drill, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the command find this drill's lab, as if it had been kept."""
    (leases_root() / f"{RUN}.4f2a" / "claims").mkdir(parents=True)
    lease = LeaseRecord(
        folder=folder,
        run=RUN,
        suffix="4f2a",
        state=State.KEPT,
        parent=False,
        pid=None,
        started="",
        kept_until=None,
        claims=(),
    )

    @contextlib.contextmanager
    def opened(found: LeaseRecord, tell: Teller) -> Iterator[OpenedLab]:
        assert found is lease
        for node in drill.cluster.nodes.values():
            machine = node.machine
            monkeypatch.setattr(machine, "channel", ToldChannel(node.name, machine.channel, tell))
        lab = dataclasses.replace(drill.cluster.lab, name=SHOWN)  # type: ignore[type-var]
        monkeypatch.setattr(drill.cluster, "lab", lab)
        hand_over(drill.cluster, drill._vault, RUN, "os-disk-swap", RehearsalProvider(), folder)
        kept = kept_lab(lease)
        yield OpenedLab(kept=kept, cluster=drill.cluster, bundle=kept.vault.load(kept.vault.only_name))

    monkeypatch.setattr("harness.cli.commands.recover.find_kept", lambda _: lease)
    monkeypatch.setattr("harness.cli.commands.recover.opened", opened)


def test_a_restore_that_failed_for_its_backup_is_done_by_hand_with_the_vault_that_stayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status: list[int] = []

    def after(drill: Drill) -> None:
        by_hand(drill, monkeypatch, tmp_path)
        status.append(command("recover", "adopt-data-disk", "--lab", RUN))

    rehearse(telling(after), tmp_path, sabotage=LOSE_CA_KEY())
    said = capsys.readouterr()
    lines = [line for line in said.out.splitlines() if line.startswith("master1# ")]
    typed = [line.removeprefix("master1# ").split()[0] for line in lines]
    assert status == [0], said
    assert "master1# kubeadm init --config /etc/kubedrill/kubeadm.yaml --skip-token-print" in lines
    assert typed.index("tar") < typed.index("kubeadm") < typed.index("sync")
    assert not any("PRIVATE KEY" in line for line in lines)


def test_a_step_that_the_machine_refuses_ends_with_1_and_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status: list[int] = []

    def after(drill: Drill) -> None:
        by_hand(drill, monkeypatch, tmp_path)
        drill.cluster.master.run(["umount", "/var/lib/etcd"])
        drill.cluster.master.run(["rm", "--recursive", "--force", "/etc/kubernetes/pki"])
        status.append(command("recover", "adopt-data-disk-and-files", "--lab", RUN, "--node", "spare1"))

    rehearse(telling(after), tmp_path, sabotage=LOSE_CA_KEY())
    assert status == [1]
    assert "Refused: " in capsys.readouterr().out


def test_a_backup_that_rots_in_the_vault_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status: list[int] = []

    def after(drill: Drill) -> None:
        by_hand(drill, monkeypatch, tmp_path)
        kept = drill._vault.folder / "control-plane" / "pki" / "ca.key"
        kept.write_bytes(b"rotten")
        status.append(command("recover", "adopt-data-disk", "--lab", RUN))

    with contextlib.suppress(LabError):
        rehearse(telling(after), tmp_path, sabotage=LOSE_CA_KEY())
    assert status == [1]
    assert "its digest differs" in capsys.readouterr().out


def test_a_recovery_that_needs_a_snapshot_refuses_a_backup_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status: list[int] = []

    def after(drill: Drill) -> None:
        by_hand(drill, monkeypatch, tmp_path)
        status.append(command("recover", "roll-back", "--lab", RUN))

    rehearse(telling(after), tmp_path, sabotage=LOSE_CA_KEY())
    assert status == [2]
    assert "the backup of 'os-disk-swap' has none" in capsys.readouterr().err


def test_the_vault_goes_over_to_the_lease_of_the_kept_lab_and_can_be_read_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def after(drill: Drill) -> None:
        with open_lease(RUN) as lease:
            lab = dataclasses.replace(drill.cluster.lab, name=lease.name)  # type: ignore[type-var]
            monkeypatch.setattr(drill.cluster, "lab", lab)
            lease.keep_until(datetime.now(UTC) + timedelta(hours=1))
            before = drill._vault.listing()
            hand_over(drill.cluster, drill._vault, RUN, "os-disk-swap", RehearsalProvider(), tmp_path)
            (claim,) = lease.claims
            assert claim.kind is Kind.FOLDER
            assert Path(claim.name).stat().st_mode & 0o777 == 0o700
        found = find_kept(RUN)
        kept = kept_lab(found)
        assert find_kept(found.name).name == found.name
        assert kept.vault.listing() == before
        assert (kept.lab, kept.cluster) == (drill.cluster.lab.spec, drill.cluster.spec)
        assert kept.credentials == drill.cluster.credentials
        record = json.loads((Path(claim.name) / "kept.json").read_text())
        assert record["drill"] == "os-disk-swap"
        assert {path.stat().st_mode & 0o077 for path in Path(claim.name).rglob("*")} == {0}

    rehearse(telling(after), tmp_path, sabotage=LOSE_CA_KEY())
    assert [lease.state for lease in read_leases()] == [State.KEPT]


def test_a_lab_that_is_not_kept_or_has_no_vault_is_told_apart(tmp_path: Path) -> None:
    assert tmp_path.is_dir()
    with pytest.raises(SpecError, match=r"There is no kept lab 'kd-x'; kept are: none"):
        find_kept("kd-x")
    with open_lease(RUN) as one, open_lease(RUN) as two:
        for lease in (one, two):
            lease.keep_until(datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(SpecError, match=f"The run '{RUN}' kept several labs"):
        find_kept(RUN)
    with pytest.raises(LabError, match="kept without its vault"):
        kept_lab(find_kept(one.name))


def test_what_needs_other_disks_is_refused_before_anything_is_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("recover", "replace-data-disk", "--lab", "x") == 2
    assert "puts other disks in" in capsys.readouterr().err
    assert command("recover", "roll-back") == 2
    assert "needs a lab to work on" in capsys.readouterr().err
    assert command("recover", "roll-bakc", "--lab", "x") == 2
    assert "Did you mean 'roll-back'" in capsys.readouterr().err


class Regrow:
    """Needs two machines."""

    name = "regrow"

    def __init__(self, survivor: Node, lost: Node, directory: str = "") -> None:  # noqa: ARG002
        self.node = survivor.name


def test_what_needs_more_than_one_machine_is_refused_before_anything_is_looked_for() -> None:
    with pytest.raises(SpecError, match="needs to know more than one machine: survivor, lost"):
        demand_by_hand(Regrow)  # type: ignore[arg-type]


@pytest.mark.parametrize("recovery", RECOVERIES, ids=name_of)
def test_each_recovery_is_found_by_its_name_and_by_that_of_its_class(recovery: type[recoveries.Recovery]) -> None:
    assert recovery_named(name_of(recovery)) is recovery
    assert recovery_named(recovery.__name__) is recovery
