"""In which form a backup lies in the vault."""

from __future__ import annotations

from harness.backup import Bundle, FolderVault
from harness.backup.pair import described, packed, separated
from harness.drill.closing import note
from harness.facts import Moment
from harness.facts.witness import BACKUP_PAIR
from harness.journal.writer import Journal

#: The backup's name in the vault.
_BACKUP = "control-plane"


def keep(vault: FolderVault, bundle: Bundle, journal: Journal, *, as_pair: bool) -> None:
    """Store it, as two files that belong together where they are asked for."""
    stored = packed(bundle, journal.clock.now()) if as_pair else bundle
    vault.store(_BACKUP, stored)
    if as_pair:
        note(journal, BACKUP_PAIR, Moment.BEFORE, described(vault.load(_BACKUP)))


def fetch(vault: FolderVault, *, as_pair: bool) -> Bundle:
    """Take it out, each file with the digest that it had."""
    stored = vault.load(_BACKUP)
    return separated(stored) if as_pair else stored
