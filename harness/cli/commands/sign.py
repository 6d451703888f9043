"""`kubedrill sign`."""

from __future__ import annotations

import urllib.request
from pathlib import Path
from typing import Annotated

import typer

from harness.attestation import inspect
from harness.attestation.keys import private_key
from harness.attestation.manifest import ATTESTATION, STAMP
from harness.attestation.signature import key_id, read_envelope, signed
from harness.attestation.stamp import check_answer, query
from harness.attestation.statement import statement
from harness.cli.commands.options import Reports, settings
from harness.cli.console import answers
from harness.cli.exit_status import ExitStatus
from harness.cli.run.folder import find_run
from harness.errors import LabError, SpecError, hinted
from harness.report.files import replace_file

_PATIENCE_SECONDS = 30
_LIMIT = 1024 * 1024


def sign(
    run: Annotated[str, typer.Argument(help="'latest', the name of a run, or a folder.")],
    key: Annotated[
        Path, typer.Option("--key", help="A private key, Ed25519 or ECDSA, in PEM with mode 0600.", metavar="FILE")
    ],
    timestamp_url: Annotated[
        str | None,
        typer.Option("--timestamp-url", help="Have the signature stamped by this authority (RFC 3161).", metavar="URL"),
    ] = None,
    reports: Reports = None,
) -> int:
    """Sign how a run ended, so that nobody can change it unseen; a second key adds its signature."""
    folder = find_run(run, reports or Path(settings().reports))
    secret = private_key(key)
    found = inspect(folder)
    if found.problems:
        raise hinted(SpecError(f"The run '{folder.name}' is not whole, so it is not signed"), "\n".join(found.problems))
    there = folder / ATTESTATION
    earlier = read_envelope(folder) if there.is_file() else None
    if (folder / STAMP).is_file() and timestamp_url is None:
        raise hinted(
            SpecError(f"The signature of '{folder.name}' is stamped, and one more would void the stamp"),
            "Sign with all keys first, or have it stamped again: --timestamp-url URL",
        )
    text = signed(statement(folder, found.redone), secret, earlier)
    # Nothing is written before the authority has answered.
    stamp = _stamped(text, timestamp_url) if timestamp_url is not None else None
    replace_file(there, text)
    if stamp is not None:
        replace_file(folder / STAMP, stamp)
    told = f"Signed with the key '{key_id(secret.public_key())[:16]}'{', and stamped' if stamp else ''}: {there}"
    answers().print(told, markup=False, soft_wrap=True)
    return ExitStatus.PASSED


def _stamped(text: bytes, url: str) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise SpecError(f"'{url}' is no address of a timestamp authority: it begins with http:// or https://")
    asked = query(text)
    request = urllib.request.Request(url, data=asked.body, headers={"Content-Type": "application/timestamp-query"})
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as response:
            answer: bytes = response.read(_LIMIT)
    except (OSError, ValueError) as refused:
        raise LabError(f"The timestamp authority '{url}' does not answer: {refused}") from refused
    check_answer(asked, answer)
    return answer
