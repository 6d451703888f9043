"""The program that backs up a control plane by itself, and the timer that starts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from harness.backup.sftp_server import PORT, USER, Access
from harness.errors import SpecError
from harness.facts.vault import MANIFEST, UNFINISHED
from harness.lab import Node

EVERY = timedelta(minutes=5)
PROGRAM = "/usr/local/sbin/kubedrill-backup"
FOLDER = "/etc/kubedrill-backup"
SETTINGS = f"{FOLDER}/settings"
KEY = f"{FOLDER}/key"
KNOWN_HOSTS = f"{FOLDER}/known_hosts"
SERVICE = "kubedrill-backup.service"
TIMER = "kubedrill-backup.timer"
#: One snapshot, and all that its control plane needs beside it.
TREE = "kubernetes.tar.gz"
SNAPSHOT_DB = "snapshot.db"
_CONFIG_MAPS = ("kubeadm-config", "kubelet-config", "kube-proxy")
_JSON = ("members", "namespace", "node", *_CONFIG_MAPS)
_PKI = "/etc/kubernetes/pki/etcd"
#: How every client of the vault calls it: no password, no host that is not the one it knows.
SFTP = (
    *("sftp", "-q", "-P", str(PORT), "-i", KEY, "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"),
    *("-o", f"UserKnownHostsFile={KNOWN_HOSTS}", "-o", "GlobalKnownHostsFile=/dev/null"),
    *("-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=5", "-o", "ServerAliveInterval=5"),
)
#: The snapshot goes before the manifest and after all else: an upload that is cut most likely lacks part of it.
_PUTS = "\n".join(f"put -f {name} $name{UNFINISHED}/" for name in (TREE, *(f"{one}.json" for one in _JSON)))
_TEXT = f"""#!/bin/sh
# A backup of this control plane, whole or not at all: its manifest arrives last, and then it gets its name.
set -eu
umask 077
. {SETTINGS}
work=$(mktemp --directory /run/kubedrill-backup.XXXXXX)
trap 'rm --recursive --force "$work"' EXIT
cd "$work"
taken=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
name=$(date --utc --date "$taken" +%Y%m%dT%H%M%SZ)-$(hostname)
limit=
[ "$LIMIT" -eq 0 ] || limit="-l $LIMIT"

etcd() {{
    etcdctl --endpoints=https://127.0.0.1:2379 --cacert={_PKI}/ca.crt \\
        --cert={_PKI}/healthcheck-client.crt --key={_PKI}/healthcheck-client.key "$@"
}}
kube() {{
    kubectl --kubeconfig /etc/kubernetes/admin.conf get "$@" --output json
}}
vault() {{
    {" ".join(SFTP)} $limit -b - "$VAULT"
}}

if [ -n "$SNAPSHOT" ]; then
    # Somebody else takes them: the newest goes, and says how old it is.
    cp --preserve=timestamps "$SNAPSHOT" {SNAPSHOT_DB}
else
    etcd snapshot save {SNAPSHOT_DB}
fi
snapshot=$(date --utc --reference {SNAPSHOT_DB} +%Y-%m-%dT%H:%M:%SZ)
etcd --write-out json member list > members.json
kube namespace kube-system > namespace.json
kube node "$(hostname)" > node.json
for one in {" ".join(_CONFIG_MAPS)}; do
    kube configmap --namespace kube-system $one > $one.json
done
(cd /etc/kubernetes && find . -type f -not -path './tmp/*' -not -name '*.conf' -printf '%P\\n') |
    tar --create --gzip --file {TREE} --directory /etc/kubernetes --no-recursion --files-from -
files=$(sha256sum -- * | awk '{{ printf "%s\\"%s\\": \\"%s\\"", between, $2, $1; between = ", " }}')
printf '{{"taken": "%s", "snapshot": "%s", "node": "%s", "files": {{%s}}}}\\n' \\
    "$taken" "$snapshot" "$(hostname)" "$files" > {MANIFEST}

vault <<END
mkdir $name{UNFINISHED}
{_PUTS}
put -f {SNAPSHOT_DB} $name{UNFINISHED}/
put -f {MANIFEST} $name{UNFINISHED}/
rename $name{UNFINISHED} $name
END

# Only now that one more has arrived may others go: the oldest, and what was cut before.
kept=$(echo '@ls -1' | vault | grep --extended-regexp --line-regexp "[0-9]{{8}}T[0-9]{{6}}Z-$(hostname)({UNFINISHED})?")
for old in $(echo "$kept" | grep --invert-match '{UNFINISHED}$' | head --lines=-"$KEEP") \\
    $(echo "$kept" | grep '{UNFINISHED}$'); do
    vault <<END
-rm $old/*
rmdir $old
END
done
"""


class Starter(StrEnum):
    """What starts a run: systemd on the machine, or the cluster itself."""

    TIMER = "timer"
    CRON_JOB = "cron-job"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """How often it runs, and how many whole backups it leaves in the vault."""

    every: timedelta = EVERY
    keep: int = 2
    by: Starter = Starter.TIMER

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


def program() -> str:
    """The program that makes one backup and brings it into the vault."""
    return _TEXT


def settings(access: Access, job: Job, snapshot: str = "", *, limit: int = 0) -> str:
    """What the program is told: where to, how many are kept, how fast at most, and who takes the snapshots."""
    return f"VAULT={USER}@{access.address}\nKEEP={job.keep}\nLIMIT={limit}\nSNAPSHOT={snapshot}\n"


def give_access(node: Node, access: Access) -> None:
    """Put a vault's key onto a machine, and by what the vault is known."""
    node.put(KEY, access.private_key, 0o600)
    node.put(KNOWN_HOSTS, access.known_host, 0o600)


def install(node: Node, access: Access, job: Job, snapshot: str = "") -> None:
    """Let a control plane back itself up from now on; with the file of a snapshot it takes none itself."""
    give_access(node, access)
    node.put(SETTINGS, settings(access, job, snapshot), 0o600)
    node.put(PROGRAM, program(), 0o700)
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
