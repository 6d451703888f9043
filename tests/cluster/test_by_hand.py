"""What makes a cluster of machines that no drill made."""

from __future__ import annotations

import subprocess
from pathlib import Path

from harness.cluster.by_hand import Script, steps
from harness.cluster.kubeadm import HostTraits
from harness.spec import parse_shape

_OWN_KERNEL = HostTraits(cgroup_v1=False, shared_kernel=False)


def _steps(shape: str, name: str) -> str:
    lab = parse_shape(shape)
    return steps(lab, next(node for node in lab.nodes if node.name == name), "v1.34.4", _OWN_KERNEL)


def test_only_the_first_control_plane_makes_the_cluster() -> None:
    assert "kubeadm init" in _steps("3+1", "master1")
    assert not any("kubeadm init" in _steps("3+1", name) for name in ("master2", "master3", "worker1", "spare1"))


def test_workloads_go_to_the_control_plane_only_where_there_is_no_worker() -> None:
    assert "NoSchedule-" in _steps("1", "master1")
    assert "NoSchedule-" not in _steps("1+1", "master1")


def test_every_script_is_one_that_a_shell_understands() -> None:
    for name in ("master1", "worker1", "spare1"):
        subprocess.run(["sh", "-n"], input=_steps("1+1", name).encode(), check=True)


def test_a_file_arrives_as_it_was_meant_whatever_is_in_it(tmp_path: Path) -> None:
    script, target = Script(spec=parse_shape("1").nodes[0]), tmp_path / "deep" / "file"
    script.put(str(target), "it's $HOME \\ `date`\n", 0o600)
    subprocess.run(["sh"], input=script.text.encode(), check=True)
    assert target.read_text() == "it's $HOME \\ `date`\n"
    assert target.stat().st_mode & 0o777 == 0o600


def test_nothing_that_lets_a_machine_in_is_printed() -> None:
    init = next(line for line in _steps("1", "master1").splitlines() if "kubeadm init" in line)
    assert "--skip-token-print --skip-certificate-key-print" in init


def test_an_interrupted_making_goes_on_where_it_was_and_a_whole_one_is_not_repeated() -> None:
    lines = _steps("1", "master1").splitlines()
    done = next(number for number, line in enumerate(lines) if line.startswith("[ ! -e /etc/kubedrill/cluster-made ]"))
    assert lines[done + 1].startswith("[ -e /etc/kubernetes/admin.conf ] || kubeadm init")
    assert lines[-1] == "touch /etc/kubedrill/cluster-made"
