"""Debian trees made from the mirror that this machine itself uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.errors import LabError, hinted
from harness.shell import capture, run

SUITE = "trixie"
#: Where Debian lies for a machine that has no mirror of its own (an Ubuntu, say).
_PUBLIC = "http://deb.debian.org/debian"
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_MERGED_USR = Path("/usr/share/mmdebstrap/hooks/merged-usr")
_LIMIT = timedelta(minutes=20)
_UNREAD = ("man", "doc", "info", "locale", "lintian", "bug")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """Where packages come from."""

    main: str
    security: str | None

    @property
    def sources(self) -> tuple[str, ...]:
        """The lines of a sources.list, trusted by Debian's own keyring only."""
        signed = f"[signed-by={_KEYRING}]"
        lines = [f"deb {signed} {self.main} {SUITE} main"]
        if self.security:
            lines.append(f"deb {signed} {self.security} {SUITE}-security main")
        return tuple(lines)


def host_mirror() -> Mirror:
    """The Debian mirror in this machine's own apt sources, else the public one."""
    fields = "$(ORIGIN)\t$(LABEL)\t$(REPO_URI)"
    listed = capture(["apt-get", "indextargets", "--format", fields, "Created-By: Packages"])
    main = security = None
    for line in listed.text.splitlines():
        origin, label, uri = (*line.split("\t"), "", "")[:3]
        if origin == "Debian" and label == "Debian":
            main = main or uri.rstrip("/")
        elif origin == "Debian" and label == "Debian-Security":
            security = security or uri.rstrip("/")
    return Mirror(main=main or _PUBLIC, security=security)


def make_tree(target: Path, packages: tuple[str, ...], *, variant: str) -> None:
    """Write a Debian tree as a tar file: `minbase` runs the packages' scripts, `extract` only unpacks them."""
    if not _KEYRING.is_file():
        raise hinted(
            LabError(f"Debian's keyring '{_KEYRING}' is missing, so packages cannot be trusted"),
            "Run `kubedrill setup`: it installs the package 'debian-archive-keyring'.",
        )
    hooks = [f"--hook-dir={_MERGED_USR}"] if variant == "extract" else []
    run(
        [
            "mmdebstrap",
            "--quiet",
            "--mode=root",
            f"--variant={variant}",
            f"--include={','.join(packages)}",
            *hooks,
            *(f"--aptopt={option}" for option in ('APT::Install-Recommends "false"', *_host_options())),
            *(f"--dpkgopt=path-exclude=/usr/share/{folder}/*" for folder in _UNREAD if variant != "extract"),
            "--dpkgopt=force-unsafe-io",
            SUITE,
            str(target),
            *host_mirror().sources,
        ],
        timeout=_LIMIT,
    )


def _host_options() -> tuple[str, ...]:
    """How this machine's apt reaches its mirror: proxies and certificates, which mmdebstrap does not take over."""
    wanted = re.compile(r'^(Acquire::https?::(?:Proxy|CaInfo|Verify-\w+)\S*) "([^"]+)";$')
    lines = capture(["apt-config", "dump"]).text.splitlines()
    found = (wanted.match(line) for line in lines)
    return tuple(f'{match[1]} "{match[2]}"' for match in found if match)
