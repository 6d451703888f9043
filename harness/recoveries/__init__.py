"""Ways back, one a file."""

from harness.recoveries.adopt_data_disk import AdoptDataDisk
from harness.recoveries.adopt_data_disk_as_written import AdoptDataDiskAsWritten
from harness.recoveries.recovery import Recovery

RECOVERIES: tuple[type[Recovery], ...] = (AdoptDataDisk, AdoptDataDiskAsWritten)

__all__ = ["RECOVERIES", "AdoptDataDisk", "AdoptDataDiskAsWritten", "Recovery"]
