"""Destructive steps refuse what is not ours, and show that they looked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.errors import LabError, SpecError
from harness.ownership import Claim, Kind
from harness.ownership.claim import check_claim
from harness.ownership.places import check_owned_folder
from harness.providers.container import podman
from harness.providers.container.channel import NamespaceChannel, refuse_host
from harness.providers.container.ext4 import cut_power
from harness.providers.local.loop import refuse_foreign

RUN = "20261121-093012-4f2a"


def test_nothing_is_done_to_a_process_of_the_host_whose_number_a_machine_had() -> None:
    channel = NamespaceChannel("master1", os.getpid)
    with pytest.raises(LabError, match="a process of this host"):
        channel.run(["rm", "--recursive", "/etc/kubernetes/pki"])
    with pytest.raises(LabError, match="a process of this host"):
        channel.get("/etc/shadow")


def test_a_process_that_is_gone_is_not_taken_for_the_host_and_is_told_of_by_who_enters_it() -> None:
    gone = 2**22 + 1
    refuse_host("master1", gone)
    with pytest.raises(ProcessLookupError):
        os.kill(gone, 0)


@pytest.mark.parametrize("name", ["postgres", "kd-", "kd-x-master1", f"kdx-{RUN}-master1", f" kd-{RUN}", ""])
def test_no_container_is_ended_whose_name_carries_no_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[object] = []
    monkeypatch.setattr(podman, "run", lambda argv, **_: ran.append(argv))
    monkeypatch.setattr(podman, "capture", lambda argv, **_: ran.append(argv))
    for end in (podman.kill, podman.remove, lambda one: podman.stop(one, podman.timedelta(seconds=1))):
        with pytest.raises(LabError, match="no run of ours"):
            end(name)
    assert not ran
    podman.remove(f"kd-{RUN}-ab12-master1")
    assert len(ran) == 1


def test_no_loop_device_is_detached_that_is_another_disk_by_now(tmp_path: Path) -> None:
    device, disk = Path("/dev/loop7"), Path("/srv/os-a-0123456789ab.img")
    told = tmp_path / "loop7/loop/backing_file"
    told.parent.mkdir(parents=True)
    for ours in (f"{disk}\n", f"/elsewhere/{disk.name}\n", f"{disk} (deleted)\n", ""):
        told.write_text(ours)
        refuse_foreign(device, disk, tmp_path)
    told.write_text("/home/somebody/backup.img\n")
    with pytest.raises(LabError, match="it is the disk '/home/somebody/backup"):
        refuse_foreign(device, disk, tmp_path)


def test_the_power_of_no_file_system_is_cut_that_is_not_on_a_loop_device(tmp_path: Path) -> None:
    # /dev/null stands for a disk of the host: nobody looks further than at its number.
    with pytest.raises(LabError, match="no loop device"):
        cut_power(tmp_path, Path("/dev/null"))


@pytest.mark.parametrize("path", ["/", "/etc", "/tmp", "/var/lib/libvirt/images", "/tmp/kd-x/../../etc", "relative"])
def test_no_folder_is_removed_with_all_in_it_that_is_not_ours(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path))
    with pytest.raises(SpecError, match="cannot be claimed"):
        check_owned_folder(Path(path))


@pytest.mark.parametrize("kind", [Kind.CONTAINER, Kind.DOMAIN, Kind.NETWORK, Kind.POOL, Kind.NETNS])
def test_nothing_is_claimed_and_so_nothing_reaped_whose_name_carries_another_run(kind: Kind) -> None:
    for name in ("default", "production", "kd-20261121-093012-ffff-x"):
        with pytest.raises(SpecError, match=f"must begin with 'kd-{RUN}'"):
            check_claim(Claim(kind=kind, name=name), RUN)
