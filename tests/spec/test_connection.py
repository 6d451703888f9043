from __future__ import annotations

import pytest

from harness.errors import SpecError
from harness.spec.connection import SESSION, SYSTEM, check_connection, is_remote


@pytest.mark.parametrize(
    "uri",
    [
        SYSTEM,
        SESSION,
        "qemu+ssh://lab7/system",
        "qemu+ssh://root@lab7.example.org:2222/system",
        "qemu+ssh://root@[fd00::7]/system?keyfile=/root/.ssh/lab",
    ],
)
def test_labs_can_be_made_there(uri: str) -> None:
    assert check_connection(uri) == uri
    assert is_remote(uri) is uri.startswith("qemu+ssh")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "xen:///",
        "test:///default",
        "qemu:///",
        "qemu+tcp://lab7/system",
        "qemu+ssh:///system",
        "qemu+ssh://lab7/session",
        "qemu+ssh://-oProxyCommand=x/system",
        "qemu+ssh://lab7:port/system",
        "qemu+ssh://lab7/system#here",
        # A program of somebody's choice, a host that nobody knows, and a file that depends on where one stands.
        "qemu+ssh://lab7/system?command=/tmp/x",
        "qemu+ssh://lab7/system?no_verify=1",
        "qemu+ssh://lab7/system?keyfile=key",
        "qemu+ssh://lab7/system?keyfile",
        # What somebody takes apart without them, and somebody else opens with them.
        "qemu+ssh://lab7/sys\r\ntem",
        "qem\tu+ssh://lab7/system",
        "qemu+ssh://lab7/system?keyfile=/root/k\x0b",
        "qemu+ssh://lab7/system?keyfile=/root/${HOME}",
        "qemu+ssh://lab7/system?keyfile=/root/k%20-oProxyCommand=x",
    ],
)
def test_elsewhere_none_can_be_made_and_the_hint_says_where(uri: str) -> None:
    with pytest.raises(SpecError, match="cannot be made on the libvirt") as refused:
        check_connection(uri)
    assert SESSION in refused.value.__notes__[0]
