"""The readers of what machines, emulators and guests send besides facts."""

from __future__ import annotations

import json
import struct

from harness.facts.identity import server_in
from harness.facts.reading import flattened, read_yaml, shortened
from harness.providers.libvirt.relay import Frames
from harness.providers.libvirt.reply import ended, monitor_reply, place_of, places_in, returned, tap_in
from harness.providers.vagrant.boot_order import booting_from
from harness.report.text import clean
from harness.spec import OsSlot
from tests.fuzz.parser import Parser

_ENDED = {"return": {"exited": True, "exitcode": 0, "out-data": "aGFsbG8=", "err-data": ""}}
_BLOCKS = {
    "return": [{"qdev": "/machine/peripheral/ua-x/virtio-backend", "inserted": {"drv": "raw", "node-name": "a"}}]
}
_DISK = '<disk type="volume" device="disk"><target dev="vdb" bus="virtio"/><alias name="ua-box-volume-0"/></disk>'
_DOMAIN = (
    f'<domain><name>kd</name><os><boot dev="hd"/></os><devices>{_DISK}<interface type="network">'
    '<mac address="52:54:00:77:00:0b"/><target dev="vnet3"/></interface>'
    '<serial type="file"><source path="/x"/></serial></devices></domain>'
)
_KUBECONFIG = "apiVersion: v1\nclusters:\n- cluster:\n    server: https://10.77.0.100:6443\n  name: kubernetes\n"


def _agent(text: str) -> object:
    state = returned(text, "master1", "cat")
    return state, ended(state, "master1")


def _monitor(text: str) -> object:
    return monitor_reply(text, "master1", "query-block")


def _description(text: str) -> object:
    return places_in(text), place_of(text), tap_in(text, "52:54:00:77:00:0b", "master1")


def _frames(content: bytes) -> object:
    frames, heard = Frames(), []
    for start in range(0, len(content), 1000):
        heard += frames.take(content[start : start + 1000])
    assert len(frames) <= 2**20, "it keeps more than a frame can hold"
    return heard


def _yaml(text: str) -> object:
    return dict(flattened(read_yaml(text)))


def _shown(text: str) -> object:
    assert shortened(text).isprintable(), "it lets something through that a terminal obeys"
    assert "\x1b" not in clean(text), "it lets an escape through"
    return None


def machine_parsers() -> tuple[Parser, ...]:
    """All of them."""
    frames = b"".join(
        struct.pack(">IcI", 3, letter, len(text)) + text for letter, text in ((b"D", b"GET"), (b"C", b""))
    )
    return (
        Parser(name="answer of a guest agent", corpus=((json.dumps(_ENDED),),), read=_agent, weight=3.0),
        Parser(name="answer of an emulator", corpus=((json.dumps(_BLOCKS),),), read=_monitor),
        Parser(name="description of a domain", corpus=((_DOMAIN,),), read=_description, weight=2.0),
        Parser(
            name="boot order of a domain",
            corpus=((_DOMAIN,),),
            weight=0.5,
            read=lambda text: booting_from(text, OsSlot.A),
        ),
        Parser(name="frames of the relay", corpus=((frames,),), read=_frames, weight=2.0),
        Parser(name="kubeconfig's server", corpus=((_KUBECONFIG,),), read=server_in, refusals=(ValueError,)),
        Parser(
            name="YAML of a configuration", corpus=((_KUBECONFIG,),), read=_yaml, refusals=(ValueError,), weight=0.3
        ),
        Parser(name="text for people", corpus=((_KUBECONFIG,), ("\x1b[31mred\x1b[0m\n",)), read=_shown, weight=2.0),
    )
