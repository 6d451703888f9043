"""Which libvirt keeps the virtual machines: that of this host, the user's own, or another host's."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from harness.errors import SpecError, hinted

SYSTEM = "qemu:///system"
SESSION = "qemu:///session"
_PRINTED = re.compile(r"[!-~]+")
_HOST = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")
#: Which key opens the other host. No word here may switch off that it is known, or name a program.
_KEY = "keyfile"
#: A plain path: it becomes a word of the command line of ssh.
_KEY_FILE = re.compile(r"/[A-Za-z0-9._/@+-]{1,1000}")


def check_connection(uri: str) -> str:
    """Return the address of libvirt if labs can be made there; otherwise say which can."""
    if uri in (SYSTEM, SESSION) or _is_remote(uri):
        return uri
    raise hinted(
        SpecError(f"Labs cannot be made on the libvirt '{uri}'"),
        f"Use {SYSTEM}, {SESSION}, or qemu+ssh://[USER@]HOST[:PORT]/system with ?keyfile=FILE where one is wanted.",
    )


def is_remote(uri: str) -> bool:
    """Whether its machines run on another host, or may do so."""
    return uri.startswith("qemu+ssh:")


def _is_remote(uri: str) -> bool:
    # Whoever takes an address apart lets line ends and tabs fall; whoever opens it does not.
    if not _PRINTED.fullmatch(uri):
        return False
    try:
        parts = urlsplit(uri)
        said = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        return False
    plain = all(name == _KEY and _KEY_FILE.fullmatch(value) for name, value in said)
    named = parts.scheme == "qemu+ssh" and parts.path == "/system" and not parts.fragment
    return named and plain and _HOST.fullmatch(parts.netloc) is not None
