"""What is kept off the machines, and where."""

from harness.backup.bundle import Bundle
from harness.backup.vault import DamagedBackupError, FolderVault

__all__ = ["Bundle", "DamagedBackupError", "FolderVault"]
