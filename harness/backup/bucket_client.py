"""A vault over S3, as a client knows it: curl signs what it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from harness.backup.access import FOLDER, give_access
from harness.backup.bucket_listing import read_page
from harness.backup.bucket_server import CURL, BucketAccess
from harness.backup.vault import DamagedBackupError
from harness.clock import NotYet
from harness.lab import Node, StepError

#: What a request without a body is signed with; not every curl says so by itself.
NOTHING = "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
CALL = ("curl", "--config", f"{FOLDER}/{CURL}")
_ASK = (*CALL, "--header", NOTHING)
_WANTED = "/run/kubedrill-vault.wanted"
#: A page holds a thousand names; whoever has more pages than this has no retention, or is no vault.
_MOST_PAGES = 20
#: How one transfer ends: what the server said, and what curl made of it.
_GOT, _NOT_THERE = "200-0", "404-22"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketClient:
    """Lists the folders of a bucket, and fetches its objects."""

    access: BucketAccess

    def answers(self, node: Node) -> bool | NotYet:
        """Whether the vault lets this machine in."""
        give_access(node, self.access)
        # Straight through the channel: a machine that has just booted asks more than once.
        asked = node.machine.channel.run([*_ASK, self._page("")])
        return True if asked.status == 0 else NotYet(asked.stderr.strip() or "no answer")

    def names(self, node: Node) -> list[str]:
        """What the folders in the bucket are called."""
        names: list[str] = []
        following = ""
        for _ in range(_MOST_PAGES):
            found, following = read_page(node.run([*_ASK, self._page(following)]).stdout)
            names += found
            if not following:
                return names
        raise DamagedBackupError(f"The vault lists more than {_MOST_PAGES} pages of backups, and still more")

    def fetch(self, node: Node, name: str, wanted: Sequence[str], folder: str) -> None:
        """Bring files of one backup into a folder of this machine; what is not in the vault is not there either."""
        asked = [f'url = "{self.access.target}/{name}/{one}"\noutput = "{folder}/{one}"\n' for one in wanted]
        node.put(_WANTED, "".join(asked), 0o600)
        argv = [*_ASK, "--config", _WANTED, "--write-out", "%{http_code}-%{exitcode}\\n"]
        told = node.attempt(argv)
        node.run(["rm", _WANTED])
        ends = told.stdout.split()
        # Half a file is nobody's damage but the way's, and no reason to take an older backup.
        if len(ends) != len(wanted) or not {_GOT, _NOT_THERE}.issuperset(ends):
            raise StepError(node.name, argv, told)

    def _page(self, following: str) -> str:
        # In the order of their names, as they are signed.
        words = {"continuation-token": following} if following else {}
        words |= {"delimiter": "/", "list-type": "2"}
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in words.items())
        return f"{self.access.target}?{query}"
