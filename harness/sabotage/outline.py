"""What a drill is like, as far as a sabotage has to know it."""

from __future__ import annotations

from dataclasses import dataclass

from harness.spec import LabSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The machines, what runs on them, and what the recoveries promise."""

    lab: LabSpec
    keeps_configuration: bool = True
    restores_data: bool = False
    #: The control plane's own files are on the machine still, so that none of them comes from the backup.
    in_place: bool = False
    #: Bad backups are offered first.
    refuses: bool = False
    #: etcd gets another folder.
    moves_data: bool = False
    customised: bool = False
    encrypted: bool = False
    token_expires: bool = False

    @property
    def why_no_files(self) -> str | None:
        """Why no file of the control plane comes from the backup; None if they do."""
        return "the control plane keeps its files, so those of the backup are not used" if self.in_place else None
