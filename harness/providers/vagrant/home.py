"""Where Vagrant keeps what it owns for us, apart from what it keeps for anybody else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from harness.images.lock import exclusive
from harness.images.progress import Silent
from harness.ownership import cache_root
from harness.shell import run


@dataclass(frozen=True, slots=True, kw_only=True)
class VagrantHome:
    """A VAGRANT_HOME of our own, with the one key pair that opens the machines of its boxes."""

    folder: Path

    @property
    def private_key(self) -> Path:
        """The half that never leaves this host."""
        return self.folder / "kubedrill_ed25519"

    @property
    def authorized(self) -> dict[str, str]:
        """The half that goes into boxes, where it belongs."""
        return {"root/.ssh/authorized_keys": self.private_key.with_suffix(".pub").read_text()}

    @property
    def environment(self) -> dict[str, str]:
        """How Vagrant is told, and told not to ask anybody on the network."""
        return {
            "VAGRANT_HOME": str(self.folder),
            "VAGRANT_DEFAULT_PROVIDER": "libvirt",
            "VAGRANT_CHECKPOINT_DISABLE": "1",
            "VAGRANT_BOX_UPDATE_CHECK_DISABLE": "1",
            "VAGRANT_NO_COLOR": "1",
        }


def vagrant_home() -> VagrantHome:
    """Ours, made at first use."""
    home = VagrantHome(folder=cache_root() / "vagrant")
    home.folder.mkdir(mode=0o700, exist_ok=True)
    with exclusive("vagrant-home", "makes the key pair of Vagrant's machines", Silent()):
        if not home.private_key.exists():
            draft = home.folder / f".key.{os.getpid()}"
            run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "kubedrill", "-f", str(draft)])
            # The public half first: who sees the private one sees both.
            draft.with_suffix(draft.suffix + ".pub").rename(home.private_key.with_suffix(".pub"))
            draft.rename(home.private_key)
    return home
