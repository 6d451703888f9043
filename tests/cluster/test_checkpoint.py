"""Which checkpoints are there, which are made, which are dropped, and what tells one from another."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, cast

import pytest

from harness.clock import HostClock
from harness.cluster import checkpoint as room
from harness.cluster.checkpoint import LIFETIME, begin, checkpoints_in, drop_expired, key_of
from harness.cluster.cluster import Cluster, Credentials
from harness.cluster.kubeadm import HostTraits
from harness.errors import LabError
from harness.journal.writer import Journal
from harness.spec import ClusterSpec, LabSpec, parse_shape

TRAITS = HostTraits(cgroup_v1=True, shared_kernel=True)
SPEC = ClusterSpec(kubernetes="v1.34.4", endpoint=IPv4Address("10.77.0.100"))


@dataclass(slots=True)
class FrozenLab:
    """A lab whose disks are one file."""

    checkpoints: Path | None
    spec: LabSpec = parse_shape("3+1")
    image: str = "image"
    hardware: str = ""
    freezes_memory: bool = False
    thawed: list[str] = field(default_factory=list)

    def freeze(self, folder: Path, asleep: Sequence[str] = ()) -> None:
        (folder / "disk").write_text(f"asleep: {', '.join(asleep)}")

    def thaw(self, folder: Path) -> None:
        self.thawed.append((folder / "disk").read_text())


@dataclass(slots=True)
class BuiltCluster:
    """A cluster that writes down what is done with it."""

    lab: FrozenLab
    journal: Journal
    spec: ClusterSpec = SPEC
    traits: HostTraits = TRAITS
    credentials: Credentials = field(default_factory=Credentials.fresh)
    done: list[str] = field(default_factory=list)

    def build(self) -> None:
        self.done.append("build")

    def connect(self) -> None:
        self.done.append("connect")


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    monkeypatch.setattr(room, "bring_to_rest", lambda cluster: cluster.done.append("rest"))
    monkeypatch.setattr(room, "await_return", lambda cluster: cluster.done.append("return"))
    journal = Journal(tmp_path / "journal.jsonl", HostClock())
    yield journal
    journal.close()


def checkpoint(place: Path, name: str, age: timedelta) -> None:
    (place / name).mkdir(parents=True)
    made = (datetime.now(UTC) - age).isoformat()
    record = {"provider": "libvirt", "kubernetes": "v1.34.4", "shape": "1", "made": made}
    (place / name / "checkpoint.json").write_text(json.dumps(record))


def started(place: Path | None, journal: Journal) -> BuiltCluster:
    cluster = BuiltCluster(FrozenLab(place), journal)
    begin(cast(Cluster, cluster), "container")
    return cluster


def key(cluster: BuiltCluster, provider: str = "container") -> str:
    return key_of(cast(Cluster, cluster), provider)


def test_the_first_cluster_is_built_and_shut_down_for_the_copy_and_the_second_one_goes_on_from_it(
    tmp_path: Path, journal: Journal
) -> None:
    first, second = (started(tmp_path / "kept", journal) for _ in range(2))
    assert first.done == ["build", "rest", "return"]
    assert second.done == ["connect", "return"]
    assert second.lab.thawed == ["asleep: "]
    assert second.credentials == first.credentials
    [known] = checkpoints_in(tmp_path / "kept")
    assert (known.provider, known.kubernetes, known.shape) == ("container", "v1.34.4", "3+1")


def test_a_lab_that_is_not_worth_it_is_built_each_time_and_leaves_nothing(tmp_path: Path, journal: Journal) -> None:
    assert [started(None, journal).done for _ in range(2)] == [["build"], ["build"]]
    assert [path.name for path in tmp_path.iterdir()] == ["journal.jsonl"]


def test_who_else_was_quicker_with_the_same_checkpoint_is_left_alone(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(cluster: BuiltCluster) -> None:
        cluster.done.append("build")
        checkpoint(tmp_path / "kept", key(cluster), timedelta(0))

    monkeypatch.setattr(BuiltCluster, "build", build)
    assert started(tmp_path / "kept", journal).done == ["build", "rest", "return"]
    [known] = (tmp_path / "kept").iterdir()
    assert not (known / "disk").exists()


def test_a_freeze_that_breaks_off_leaves_no_half_a_checkpoint(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def freeze(lab: FrozenLab, folder: Path, asleep: Sequence[str] = ()) -> None:  # noqa: ARG001
        (folder / "half").write_text("a disk")
        raise LabError("The machine 'master1' does not go off")

    monkeypatch.setattr(FrozenLab, "freeze", freeze)
    with pytest.raises(LabError, match="does not go off"):
        started(tmp_path / "kept", journal)
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_checkpoint_that_does_not_come_back_says_how_to_be_rid_of_it(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(tmp_path / "kept", journal)

    def stays_away(_: BuiltCluster) -> None:
        raise LabError("Waited 600 s for the canary to answer, in vain")

    monkeypatch.setattr(room, "await_return", stays_away)
    with pytest.raises(LabError, match="in vain") as broken:
        started(tmp_path / "kept", journal)
    assert "kubedrill checkpoint drop" in broken.value.__notes__[0]


def test_whatever_makes_another_cluster_makes_another_key(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def altered(**changes: Any) -> BuiltCluster:
        cluster = BuiltCluster(FrozenLab(None), journal)
        for name, value in changes.items():
            setattr(cluster.lab if hasattr(cluster.lab, name) and name != "spec" else cluster, name, value)
        return cluster

    larger_disks = altered()
    larger_disks.lab.spec = parse_shape("3+1", etcd_mib=4096)
    keys = [
        key(altered()),
        key(altered(), "libvirt"),
        key(larger_disks),
        key(altered(image="another")),
        key(altered(hardware="another processor")),
        key(altered(spec=replace(SPEC, kubernetes="v1.35.1"))),
        key(altered(spec=replace(SPEC, customised=True))),
        key(altered(traits=replace(TRAITS, cgroup_v1=False))),
    ]
    assert len(set(keys)) == len(keys)
    assert key(altered()) == keys[0]
    monkeypatch.setattr(room, "_recipe", lambda provider: f"changed code of {provider}")
    assert key(altered()) not in keys


def test_the_code_that_makes_machines_counts_as_well_as_that_which_makes_clusters(tmp_path: Path) -> None:
    for folder in ("cluster", "providers/local", "providers/container", "providers/libvirt"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "made.py").write_text("1")
    (tmp_path / "providers/container/init.sh").write_text("1")
    seen = {room._recipe("container", tmp_path)}
    for changed in ("cluster/made.py", "providers/local/made.py", "providers/container/init.sh"):
        (tmp_path / changed).write_text("2")
        seen.add(room._recipe("container", tmp_path))
    assert len(seen) == 4
    (tmp_path / "providers/libvirt/made.py").write_text("2")
    assert room._recipe("container", tmp_path) in seen


def test_what_has_expired_or_is_half_made_goes_and_what_is_being_made_stays(tmp_path: Path) -> None:
    checkpoint(tmp_path, "fresh", timedelta(hours=1))
    checkpoint(tmp_path, "old", LIFETIME + timedelta(seconds=1))
    (tmp_path / "broken").mkdir()
    (tmp_path / f".draft.{os.getpid()}").mkdir()
    (tmp_path / ".draft.999999999").mkdir()
    assert drop_expired(tmp_path) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".draft.{os.getpid()}", "fresh"]
    assert [one.folder.name for one in checkpoints_in(tmp_path)] == ["fresh"]


def test_everything_can_be_dropped_but_what_a_drill_goes_on_from_at_this_moment(tmp_path: Path) -> None:
    checkpoint(tmp_path, "fresh", timedelta(hours=1))
    handle = os.open(tmp_path / "fresh", os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(handle, fcntl.LOCK_SH)
    assert drop_expired(tmp_path, everything=True) == 0
    os.close(handle)
    assert drop_expired(tmp_path, everything=True) == 1
    assert list(checkpoints_in(tmp_path)) == []


def test_a_checkpoint_cannot_be_dropped_under_a_drill_that_goes_on_from_it(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "kept"
    started(place, journal)
    dropped = []
    monkeypatch.setattr(FrozenLab, "thaw", lambda *_: dropped.append(drop_expired(place, everything=True)))
    started(place, journal)
    assert dropped == [0]
    assert drop_expired(place, everything=True) == 1


def test_an_expired_checkpoint_is_made_anew(tmp_path: Path, journal: Journal) -> None:
    place = tmp_path / "kept"
    first = started(place, journal)
    record = place / key(first) / "checkpoint.json"
    told = json.loads(record.read_text())
    record.write_text(json.dumps({**told, "made": (datetime.now(UTC) - LIFETIME).isoformat()}))
    assert started(place, journal).done == ["build", "rest", "return"]
    [known] = checkpoints_in(place)
    assert known.expires > datetime.now(UTC)


def test_the_record_is_its_owners_alone(tmp_path: Path, journal: Journal) -> None:
    cluster = started(tmp_path / "kept", journal)
    folder = tmp_path / "kept" / key(cluster)
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "checkpoint.json").stat().st_mode & 0o077 == 0
