"""How often a control plane backs itself up, where to, and the timer that starts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from harness.backup.access import Access, Store, give_access
from harness.backup.program import SETTINGS, program
from harness.errors import SpecError
from harness.lab import Node

EVERY = timedelta(minutes=5)
PROGRAM = "/usr/local/sbin/kubedrill-backup"
SERVICE = "kubedrill-backup.service"
TIMER = "kubedrill-backup.timer"


class Starter(StrEnum):
    """What starts a run: systemd on the machine, or the cluster itself."""

    TIMER = "timer"
    CRON_JOB = "cron-job"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """How often it runs, into what kind of vault, and how many whole backups it leaves there."""

    every: timedelta = EVERY
    keep: int = 2
    by: Starter = Starter.TIMER
    into: Store = Store.SFTP

    def __post_init__(self) -> None:
        # Here, and so before anything is built: whoever starts it has a word for the interval or has none.
        _ = self.cron if self.by is Starter.CRON_JOB else self.calendar

    @property
    def patience(self) -> timedelta:
        """When a run counts as hanging: it has to end, or no other one begins."""
        return max(self.every * 2, timedelta(minutes=2))

    @property
    def cron(self) -> str:
        """The same in cron's words, which know no seconds."""
        minutes, seconds = divmod(int(self.every.total_seconds()), 60)
        if seconds or not 0 < minutes < 60 or 60 % minutes:
            raise SpecError(
                f"A CronJob cannot run every {int(self.every.total_seconds())} s: no hour is so many minutes"
            )
        return f"*/{minutes} * * * *"

    @property
    def calendar(self) -> str:
        """The same in systemd's words."""
        seconds = int(self.every.total_seconds())
        if 0 < seconds < 60 and 60 % seconds == 0:
            return f"*:*:0/{seconds}"
        if 0 < seconds < 3600 and seconds % 60 == 0 and 3600 % seconds == 0:
            return f"*:0/{seconds // 60}"
        raise SpecError(f"A backup every {seconds} s has no place in a clock: neither a minute nor an hour is so many")


def settings(access: Access, job: Job, snapshot: str = "", *, limit: int = 0) -> str:
    """What the program is told: where to, how many are kept, how fast at most, and who takes the snapshots."""
    return f"VAULT={access.target}\nKEEP={job.keep}\nLIMIT={limit}\nSNAPSHOT={snapshot}\n"


def install(node: Node, access: Access, job: Job, snapshot: str = "") -> None:
    """Let a control plane back itself up from now on; with the file of a snapshot it takes none itself."""
    give_access(node, access)
    node.put(SETTINGS, settings(access, job, snapshot), 0o600)
    node.put(PROGRAM, program(job.into), 0o700)
    node.put(f"/etc/systemd/system/{SERVICE}", _service(job))
    node.put(f"/etc/systemd/system/{TIMER}", _timer(job))
    node.run(["systemctl", "daemon-reload"])
    node.run(["systemctl", "enable", "--now", TIMER])


def slow_down(node: Node, kbit_per_second: int) -> None:
    """Let uploads from now on have no more than this."""
    node.run(["sed", "--in-place", f"s#^LIMIT=.*#LIMIT={kbit_per_second}#", SETTINGS])


def _service(job: Job) -> str:
    patience = int(job.patience.total_seconds())
    return (
        "[Unit]\nDescription=Backup of this control plane\n\n"
        f"[Service]\nType=oneshot\nExecStart={PROGRAM}\nTimeoutStartSec={patience}\n"
    )


def _timer(job: Job) -> str:
    when = f"OnCalendar={job.calendar}\nAccuracySec=100ms\nPersistent=true\n"
    return f"[Unit]\nDescription=Backups of this control plane\n\n[Timer]\n{when}\n[Install]\nWantedBy=timers.target\n"
