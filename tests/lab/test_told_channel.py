from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from harness.facts.fact import Output
from harness.lab.told_channel import ToldChannel


class Recorded:
    """A channel that does nothing, in the order in which it was asked to."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def run(self, argv: Sequence[str], *, stdin: bytes | None = None, timeout: timedelta | None = None) -> Output:
        self.done.append(f"ran {argv[0]} {stdin!r} {timeout}")
        return Output(status=0, stdout="", stderr="")

    def put(self, path: str, content: bytes, mode: int = 0o644) -> None:
        self.done.append(f"put {path} {len(content)} {mode:o}")

    def get(self, path: str) -> bytes:
        self.done.append(f"got {path}")
        return b"content"


def test_each_command_is_said_as_one_types_it_before_it_is_run() -> None:
    behind = Recorded()
    told: list[str] = []

    def tell(machine: str, line: str) -> None:
        told.append(f"{machine}# {line}")
        behind.done.append("said")

    channel = ToldChannel("master1", behind, tell)
    channel.run(["kubectl", "get", "pods; rm"], stdin=b"x", timeout=timedelta(seconds=1))
    channel.put("/run/a b", b"secret", 0o600)
    assert channel.get("/etc/kubernetes/admin.conf") == b"content"
    assert told == [
        "master1# kubectl get 'pods; rm'",
        "master1# install --mode=0600 /dev/stdin '/run/a b'  # 6 bytes",
        "master1# cat /etc/kubernetes/admin.conf",
    ]
    assert behind.done == [
        "said",
        "ran kubectl b'x' 0:00:01",
        "said",
        "put /run/a b 6 600",
        "said",
        "got /etc/kubernetes/admin.conf",
    ]


def test_what_is_asked_until_it_answers_is_said_once_and_again_after_something_else() -> None:
    told: list[str] = []
    channel = ToldChannel("m", Recorded(), lambda _, line: told.append(line))
    for argv in (["crictl", "pods"], ["crictl", "pods"], ["true"], ["crictl", "pods"]):
        channel.run(argv)
    assert told == ["crictl pods", "true", "crictl pods"]
