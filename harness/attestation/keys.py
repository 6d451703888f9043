"""The keys with which runs are signed: Ed25519 or ECDSA, in PEM files."""

from __future__ import annotations

import importlib
import os
import stat
from pathlib import Path
from types import ModuleType

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from harness.errors import SpecError, hinted

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey
PublicKey = Ed25519PublicKey | EllipticCurvePublicKey
#: The curves that the format of signatures has names for.
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
#: A PEM file is small; nothing larger is read.
_LIMIT = 64 * 1024


def private_key(path: Path) -> PrivateKey:
    """The private key in a file that nobody but its owner may read."""
    text, mode = _read(path)
    if mode & 0o077:
        raise hinted(
            SpecError(f"The key '{path}' may be read by others: its mode is {stat.S_IMODE(mode):04o}"),
            f"Make it private: chmod 0600 {path}",
        )
    try:
        key = load_pem_private_key(text, None)
    except TypeError as locked:
        raise SpecError(f"The key '{path}' is locked with a passphrase, and Kubedrill asks for none") from locked
    except (ValueError, UnsupportedAlgorithm) as bad:
        raise _refused(path, "private") from bad
    if not isinstance(key, Ed25519PrivateKey | EllipticCurvePrivateKey) or not _is_known(key):
        raise _refused(path, "private")
    return key


def public_key(path: Path) -> PublicKey:
    """The public key in a file."""
    text, _ = _read(path)
    if b"PRIVATE KEY" in text:
        raise hinted(
            SpecError(f"The key '{path}' is a private one: whoever checks a signature must not have it"),
            f"Its public half: openssl pkey -in {path} -pubout",
        )
    try:
        key = load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm) as bad:
        raise _refused(path, "public") from bad
    if not isinstance(key, Ed25519PublicKey | EllipticCurvePublicKey) or not _is_known(key):
        raise _refused(path, "public")
    return key


def needed(module: str, extra: str) -> ModuleType:
    """A library that only some runs need, or one sentence about how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as missing:
        name = module.partition(".")[0].replace("_", "-")
        raise hinted(
            SpecError(f"This needs the library '{name}', which is not installed"), f"pip install 'kubedrill[{extra}]'"
        ) from missing


def _is_known(key: PrivateKey | PublicKey) -> bool:
    return not isinstance(key, EllipticCurvePrivateKey | EllipticCurvePublicKey) or key.curve.name in _CURVES


def _read(path: Path) -> tuple[bytes, int]:
    try:
        with path.open("rb") as file:
            return file.read(_LIMIT), os.fstat(file.fileno()).st_mode
    except OSError as refused:
        raise SpecError(f"The key '{path}' cannot be read: {refused.strerror}") from refused


def _refused(path: Path, half: str) -> SpecError:
    return hinted(
        SpecError(f"The file '{path}' is no {half} key of Ed25519 or ECDSA in PEM"),
        "Make one: openssl genpkey -algorithm ed25519 -out sign.key && openssl pkey -in sign.key -pubout -out sign.pub",
    )
