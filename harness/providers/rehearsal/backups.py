"""A simulated control plane that backs itself up."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import tarfile
from typing import TYPE_CHECKING

from harness.facts.vault import BACKUPS, MANIFEST, UNFINISHED
from harness.providers.rehearsal.buckets import Read, bucket_at, own_files
from harness.providers.rehearsal.etcd import Item
from harness.providers.rehearsal.etcdctl import etcdctl
from harness.providers.rehearsal.vaults import vault_at

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

TIMER = "kubedrill-backup.timer"
_CRON_JOB = "kubedrill-backup"
_BUCKET = "https://"
_KUBERNETES = "/etc/kubernetes"
_SNAPSHOT = "snapshot.db"
_CONFIG_MAPS = ("kubeadm-config", "kubelet-config", "kube-proxy")


class Backups:
    """What its timer starts, at once and whole, unless the way is slow."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._tick: int | None = None
        #: A run of it is under way, and will be for long.
        self.is_uploading = False

    def go_dark(self) -> None:
        """The power is gone."""
        self._tick, self.is_uploading = None, False

    def step(self) -> None:
        """Start a run when one is due and none is under way."""
        interval = self._interval
        if interval is None:
            return
        tick = int(self._machine.world.clock.now().timestamp() // interval)
        due, self._tick = self._tick not in (None, tick), tick
        if due and not self.is_uploading and self._machine.control_plane.is_serving:
            self._run()

    @property
    def _interval(self) -> int | None:
        """In seconds; None where nothing starts it."""
        item = self._of_cluster("CronJob")
        if item is not None and not item["spec"].get("suspend"):
            return int(item["spec"]["schedule"].split()[0].removeprefix("*/")) * 60
        return self._of_timer if self._machine.units.is_active(TIMER) else None

    def _of_cluster(self, kind: str) -> Item | None:
        store = self._machine.control_plane.store if self._machine.control_plane.is_serving else None
        return store.etcd.find(kind, _CRON_JOB, "kube-system") if store is not None else None

    @property
    def _of_timer(self) -> int:
        unit = (self._machine.read(f"/etc/systemd/system/{TIMER}") or b"").decode()
        found = re.search(r"OnCalendar=\*:(\*:)?0/(\d+)", unit)
        assert found is not None
        return int(found[2]) * (1 if found[1] else 60)

    def _run(self) -> None:
        secret = self._of_cluster("Secret")
        kept = {name: base64.b64decode(value) for name, value in (secret or {"data": {}})["data"].items()}
        read: Read = kept.get if kept else own_files(self._machine)
        settings = dict(line.split("=", 1) for line in (read("settings") or b"").decode().splitlines())
        vault = self._vault(settings["VAULT"], read)
        if vault is None:
            return
        now = self._machine.world.clock.now()
        name, taken = f"{now:%Y%m%dT%H%M%SZ}-{self._machine.spec.name}", f"{now:%Y-%m-%dT%H:%M:%SZ}"
        files, snapshot = self._files(), taken
        if settings["SNAPSHOT"]:
            files[_SNAPSHOT], snapshot = self._machine.sidecar.newest(settings["SNAPSHOT"])
        self.is_uploading = settings["LIMIT"] != "0"
        if self.is_uploading:
            _store_half(vault, settings["VAULT"], name, files)
            return
        digests = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
        manifest = {"taken": taken, "snapshot": snapshot, "node": self._machine.spec.name, "files": digests}
        _store(vault, name, {**files, MANIFEST: f"{json.dumps(manifest)}\n".encode()})
        _forget(vault, int(settings["KEEP"]))

    def _vault(self, target: str, read: Read) -> SimulatedMachine | None:
        if target.startswith(_BUCKET):
            return bucket_at(self._machine, target, read)[0]
        return vault_at(self._machine, target.partition("@")[2], read("known_hosts"))

    def _files(self) -> dict[str, bytes]:
        plane = self._machine.control_plane
        assert plane.member is not None
        found = plane.member.etcd.find
        objects = {
            "namespace": found("Namespace", "kube-system"),
            "node": found("Node", self._machine.spec.name),
            **{one: found("ConfigMap", one, "kube-system") for one in _CONFIG_MAPS},
        }
        return {
            _SNAPSHOT: plane.member.etcd.snapshot(),
            "members.json": etcdctl(self._machine, ["member", "list"]).stdout.encode(),
            **{f"{name}.json": json.dumps(item).encode() for name, item in objects.items()},
            "kubernetes.tar.gz": gzip.compress(self._tree(), mtime=0),
        }

    def _tree(self) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            for path in self._machine.below(_KUBERNETES):
                content = self._machine.read(path)
                if content is not None and not path.endswith(".conf"):
                    entry = tarfile.TarInfo(path.removeprefix(f"{_KUBERNETES}/"))
                    entry.size = len(content)
                    archive.addfile(entry, io.BytesIO(content))
        return buffer.getvalue()


def _store(vault: SimulatedMachine, name: str, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        vault.write(f"{BACKUPS}/{name}/{path}", content, 0o600, sync=True)


def _store_half(vault: SimulatedMachine, target: str, name: str, files: dict[str, bytes]) -> None:
    """All but the manifest; of the snapshot half of the file, or of an object nothing."""
    others = {path: content for path, content in files.items() if path != _SNAPSHOT}
    if target.startswith(_BUCKET):
        _store(vault, name, others)
    else:
        _store(vault, f"{name}{UNFINISHED}", {**others, _SNAPSHOT: files[_SNAPSHOT][: len(files[_SNAPSHOT]) // 2]})


def _forget(vault: SimulatedMachine, keep: int) -> None:
    disk, root = vault.place(BACKUPS)
    names = sorted({path.removeprefix(f"{root}/").partition("/")[0] for path in disk.below(root)})
    for old in names[: len(names) - keep]:
        for path in list(disk.below(f"{root}/{old}")):
            del disk.files[path]
