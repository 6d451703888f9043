"""One machine on some libvirt, reached by its agent and through the witness: run as a program, by any user."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.clock import Deadline, HostClock, NotYet, wait_for
from harness.ownership import new_run_id
from harness.providers.libvirt.provider import LibvirtProvider
from harness.providers.seam import ApiError, Network, Reply
from harness.spec import OsSlot, parse_shape

_ANSWER = b"#!/bin/sh\nread line\nprintf 'HTTP/1.0 200 OK\\r\\n\\r\\nhello from the lab'\n"
_PATIENCE = timedelta(minutes=1)


def look(uri: str, folder: Path) -> dict[str, object]:
    """What was seen of a lab of one machine, from its first boot to its end."""
    with LibvirtProvider(uri=uri).lab(
        parse_shape("1"), kubernetes="v1.34", run=new_run_id(datetime.now(UTC)), folder=folder
    ) as lab:
        machine = lab.machines["master1"]
        machine.power_on()
        channel = machine.channel
        channel.put("/root/answer", _ANSWER, 0o755)
        channel.run(["systemd-run", "socat", "TCP-LISTEN:8080,fork,reuseaddr", "EXEC:/root/answer"])
        seen = {
            "lab": lab.name,
            "address": channel.run(["ip", "-4", "-brief", "address", "show", "eth0"]).stdout,
            "disk": json.loads(channel.get("/etc/kubedrill/disk.json")),
            "etcd": channel.run(["readlink", "-f", "/dev/disk/kubedrill/etcd"]).stdout.strip(),
            "answer": _answer(lab.network).body,
        }
        try:
            lab.network.http("GET", f"http://{machine.spec.ip}:81/", timeout=_PATIENCE)
        except ApiError as refused:
            seen["closed"] = str(refused)
        machine.cut()
        machine.choose(OsSlot.B)
        machine.power_on()
        seen["other"] = json.loads(channel.get("/etc/kubedrill/disk.json"))
    seen["console"] = (folder / "console-master1.log").stat().st_size
    return seen


def _answer(network: Network) -> Reply:
    def asked() -> Reply | NotYet:
        try:
            return network.http("GET", "http://10.77.0.11:8080/", timeout=_PATIENCE)
        except ApiError as silent:
            return NotYet(str(silent))

    return wait_for("the machine to answer", asked, Deadline.after(_PATIENCE, HostClock()))


if __name__ == "__main__":
    print(json.dumps(look(sys.argv[1], Path(sys.argv[2]))))  # noqa: T201
