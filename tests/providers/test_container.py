"""What of container machines can be seen without making one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from harness.ownership import open_lease, read_leases
from harness.providers import provider_named
from harness.providers.container import podman
from harness.providers.container.channel import NamespaceChannel
from harness.providers.container.provider import ContainerLab
from harness.shell import Completed
from harness.spec import parse_shape

RUN = "20261121-093012-4f2a"
CLOCKLESS = ["setpriv", "--inh-caps", "-sys_time", "--bounding-set", "-sys_time"]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBEDRILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("harness.ownership.lease.register_leases", str)


@pytest.mark.parametrize("name", ["auto", "container"])
def test_a_lab_takes_its_node_image_from_the_source_that_was_asked_for(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def ensure_image(kubernetes: str, source: str) -> None:
        asked.append((kubernetes, source))
        raise FileNotFoundError

    monkeypatch.setattr("harness.providers.container.provider.ensure_image", ensure_image)
    lab = provider_named(name, source="modules").lab(parse_shape("1"), kubernetes="v1.33", run=RUN, folder=tmp_path)
    with pytest.raises(FileNotFoundError), lab:
        pass
    assert asked == [("v1.33", "modules")]


def test_a_lab_is_kept_until_its_period_is_over() -> None:
    with open_lease(RUN) as lease:
        machines = cast(Any, {"master1": None})
        lab = ContainerLab(
            name=lease.name,
            spec=parse_shape("1"),
            machines=machines,
            network=cast(Any, None),
            kubernetes="v1.34.4",
            image="0" * 64,
            lease=lease,
        )
        said = lab.keep(timedelta(hours=30))
    (record,) = read_leases()
    assert record.kept_until is not None
    assert abs(record.kept_until - datetime.now(UTC) - timedelta(hours=30)) < timedelta(minutes=1)
    assert f"until {record.kept_until:%F %H:%M} UTC" in said
    assert f"kubedrill shell {RUN} master1" in said


def test_a_shell_has_the_environment_of_a_drills_commands_and_cannot_set_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    argv = podman.shell_argv("kd-x-master1", terminal=True)
    assert argv[-7:] == [*CLOCKLESS, "bash", "-l"]
    assert argv[argv.index("kd-x-master1") - 1] == "KUBECONFIG=/etc/kubernetes/admin.conf"
    assert "--tty" in argv
    assert "--tty" not in podman.shell_argv("kd-x-master1", terminal=False)
    ran: list[list[str]] = []

    def capture(argv: list[str], **_: object) -> Completed:
        ran.append(argv)
        return Completed(argv=tuple(argv), status=0, stdout=b"", stderr=b"", seconds=0)

    given = {word for word in argv if "=" in word and not word.startswith("--")}
    monkeypatch.setattr("harness.providers.container.channel.capture", capture)
    monkeypatch.setattr("harness.providers.container.channel.namespace_of", hash)
    NamespaceChannel("master1", lambda: 1).run(["date"])
    assert given <= set(ran[0])
    assert " ".join(CLOCKLESS) in " ".join(ran[0])
